-- Changes of many notes that a person asked for at once, so that they can be undone at once.
CREATE TABLE act (
    id     TEXT PRIMARY KEY NOT NULL,
    at     INTEGER NOT NULL,
    -- What was asked for.
    words  TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Which version of a note an act found, and which one it left.
CREATE TABLE act_note (
    act    TEXT NOT NULL REFERENCES act (id) ON DELETE CASCADE,
    note   TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    before INTEGER NOT NULL,
    after  INTEGER NOT NULL,
    PRIMARY KEY (act, note)
) STRICT, WITHOUT ROWID;

CREATE INDEX act_note_by_note ON act_note (note);
