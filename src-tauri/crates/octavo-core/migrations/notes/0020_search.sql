-- Finding notes. The words are folded (case, accents, width) and cut by Octavo before they come here,
-- so that scripts without spaces can be found too; the index keeps no copy of the text.
CREATE VIRTUAL TABLE note_fts USING fts5(
    title, headings, body, tags, links, files,
    content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
);

-- What ranks and filters a note, beside its words. The higher the id, the later it was written.
CREATE TABLE search_note (
    id      INTEGER PRIMARY KEY NOT NULL,
    note    TEXT NOT NULL UNIQUE,
    title   TEXT NOT NULL,
    tags    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    flags   INTEGER NOT NULL,
    edited  INTEGER NOT NULL,
    created INTEGER NOT NULL,
    pinned  INTEGER NOT NULL,
    trashed INTEGER NOT NULL,
    state   TEXT NOT NULL
) STRICT;

CREATE INDEX search_note_by_edited ON search_note (trashed, edited DESC);

-- Every word there is, forwards and backwards: a word with one slip has its beginning or its end right.
CREATE TABLE search_word (
    word TEXT PRIMARY KEY NOT NULL,
    back TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX search_word_by_back ON search_word (back);

-- Notes whose words are not in the index as they are now: `fresh` ones get there with the write that
-- changed them, the others (of before this table was made) in the background.
CREATE TABLE search_due (
    note  TEXT PRIMARY KEY NOT NULL,
    fresh INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX search_due_fresh ON search_due (fresh);

INSERT INTO search_due (note, fresh) SELECT id, 0 FROM note;

CREATE TRIGGER search_inserted AFTER INSERT ON note BEGIN
    INSERT INTO search_due (note, fresh) VALUES (new.id, 1)
    ON CONFLICT (note) DO UPDATE SET fresh = 1;
END;

CREATE TRIGGER search_rewritten AFTER UPDATE OF title, body, tags, note_type ON note
WHEN old.title IS NOT new.title OR old.body IS NOT new.body
    OR old.tags IS NOT new.tags OR old.note_type IS NOT new.note_type
BEGIN
    INSERT INTO search_due (note, fresh) VALUES (new.id, 1)
    ON CONFLICT (note) DO UPDATE SET fresh = 1;
END;

CREATE TRIGGER search_touched AFTER UPDATE OF edited, created, pinned, trashed, state ON note
WHEN old.edited IS NOT new.edited OR old.created IS NOT new.created
    OR old.pinned IS NOT new.pinned OR old.trashed IS NOT new.trashed OR old.state IS NOT new.state
BEGIN
    UPDATE search_note
    SET edited = new.edited, created = new.created, pinned = new.pinned,
        trashed = new.trashed, state = new.state
    WHERE note = new.id;
END;

CREATE TRIGGER search_deleted AFTER DELETE ON note BEGIN
    DELETE FROM note_fts WHERE rowid = (SELECT id FROM search_note WHERE note = old.id);
    DELETE FROM search_note WHERE note = old.id;
    DELETE FROM search_due WHERE note = old.id;
END;

-- Searches to find again: those a person kept under a name, and the last ones that were used.
CREATE TABLE search_kept (
    query TEXT PRIMARY KEY NOT NULL,
    name  TEXT,
    used  INTEGER NOT NULL
) STRICT;
