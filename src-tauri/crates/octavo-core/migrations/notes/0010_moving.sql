-- Notes on their way to another account: written before anything is made there, gone in the step that
-- puts the note into the trash here. Whatever ends in between, a later start goes on from here.
-- `target_note` is the note's id there, so that it is made once; `problem` says why it waits, in words.
CREATE TABLE moving (
    note           TEXT PRIMARY KEY NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    target_account TEXT NOT NULL,
    target_note    TEXT NOT NULL,
    since          INTEGER NOT NULL,
    problem        TEXT
) STRICT;
