-- What is known, in Notion, of the files that a note's body refers to: a list of addresses and places.
ALTER TABLE note ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
