-- A captured note can be called back for a while. Until then it is not sent, whatever else hurries.
ALTER TABLE outbox ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;

-- What was typed, as it was typed, of the notes that may still be called back.
CREATE TABLE capture (
    note  TEXT PRIMARY KEY NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    text  TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
