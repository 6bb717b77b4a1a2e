-- Links from note to note. Rows of a note are made anew whenever its body changes, in the same
-- transaction, from whichever side the change came.
CREATE TABLE link (
    source  TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    -- 'mention' and 'address' name a page; 'name' is a [[Title]] that is not a mention yet.
    kind    TEXT NOT NULL,
    page    TEXT,
    -- The note that a name means, once that is known: from then on by id, whatever its title becomes.
    target  TEXT REFERENCES note (id) ON DELETE SET NULL,
    -- What the link reads as.
    name    TEXT NOT NULL,
    -- A name as it is compared.
    key     TEXT,
    -- The sentence around it.
    context TEXT NOT NULL,
    PRIMARY KEY (source, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_by_page ON link (page) WHERE page IS NOT NULL;
CREATE INDEX link_by_target ON link (target) WHERE target IS NOT NULL;
CREATE INDEX link_by_key ON link (key) WHERE key IS NOT NULL;

-- What a name in a note was found, or said, to mean.
CREATE TABLE link_name (
    source TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    target TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- Titles as names are compared with them.
CREATE TABLE title_key (
    note TEXT PRIMARY KEY NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    key  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX title_by_key ON title_key (key);

-- Pages of notes that were deleted here for good: links to them are broken, not foreign.
CREATE TABLE gone_page (
    page  TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Notes whose links have to be looked at before this transaction ends.
CREATE TABLE link_stale (
    note TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER link_of_new AFTER INSERT ON note BEGIN
    INSERT OR IGNORE INTO link_stale (note) VALUES (new.id);
END;

CREATE TRIGGER link_of_changed AFTER UPDATE OF title, body, page_id, trashed ON note
WHEN old.title IS NOT new.title OR old.body IS NOT new.body
    OR old.page_id IS NOT new.page_id OR old.trashed IS NOT new.trashed
BEGIN
    INSERT OR IGNORE INTO link_stale (note) VALUES (new.id);
END;

CREATE TRIGGER link_of_gone AFTER DELETE ON note WHEN old.page_id IS NOT NULL BEGIN
    INSERT OR REPLACE INTO gone_page (page, title) VALUES (old.page_id, old.title);
END;

CREATE TRIGGER link_of_page AFTER UPDATE OF page_id ON note WHEN new.page_id IS NOT NULL BEGIN
    DELETE FROM gone_page WHERE page = new.page_id;
END;

INSERT INTO link_stale (note) SELECT id FROM note;
