-- What is being typed in a window and is no note yet. `id` is the id of the note it becomes, so that
-- saving twice makes one note. `added` is text that came from outside (a link, a note that was
-- called back) and that the window has not taken into its own yet; while a note is being called
-- back, `replaces_*` name it: its text stands in `added` before the note goes.
CREATE TABLE draft (
    window           TEXT PRIMARY KEY NOT NULL,
    id               TEXT NOT NULL,
    account          TEXT,
    text             TEXT NOT NULL,
    added            TEXT NOT NULL DEFAULT '',
    replaces_account TEXT,
    replaces_note    TEXT,
    edited           INTEGER NOT NULL
) STRICT;
