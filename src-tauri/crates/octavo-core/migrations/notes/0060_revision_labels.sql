-- What the note was called by when a version was kept. NULL in `tags`: nobody wrote it down then.
ALTER TABLE revision ADD COLUMN note_type TEXT;
ALTER TABLE revision ADD COLUMN tags TEXT;
