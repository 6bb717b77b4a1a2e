-- The index of words, a fraction of its size: it knows which words a note has, not where they stand.
-- Where a word stands (in the title, a heading, a tag, a link, a file's name) is said by a mark before
-- it; whether words stand side by side is read from the notes that have all of them. What a note's
-- words begin with is kept up to the fourth character, so that the newest few of very many are found
-- without reading all.
DROP TABLE note_fts;

CREATE VIRTUAL TABLE note_fts USING fts5(
    words,
    content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii', prefix = '1 2 3 4'
);

DELETE FROM search_note;

INSERT INTO search_due (note, fresh) SELECT id, 0 FROM note WHERE true ON CONFLICT (note) DO NOTHING;
