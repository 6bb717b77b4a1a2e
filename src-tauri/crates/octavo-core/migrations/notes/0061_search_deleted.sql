-- A note that is not in the index has no id there, and a search for no id looks through all of them.
DROP TRIGGER search_deleted;

CREATE TRIGGER search_deleted AFTER DELETE ON note BEGIN
    DELETE FROM note_fts WHERE rowid IN (SELECT id FROM search_note WHERE note = old.id);
    DELETE FROM search_note WHERE note = old.id;
    DELETE FROM search_due WHERE note = old.id;
END;
