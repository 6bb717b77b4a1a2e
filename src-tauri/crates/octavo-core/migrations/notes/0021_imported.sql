-- Which note was made of which file, so that importing a folder again makes no note twice. `digest` is
-- that of the file, `version` that of the note when the file was last taken over.
CREATE TABLE imported (
    path    TEXT PRIMARY KEY NOT NULL,
    note    TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    digest  TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_by_note ON imported (note);
