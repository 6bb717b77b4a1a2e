-- When the removal of an account began; it is out of the rail from then on. While it is not for good
-- yet, a start takes the mark away again; once it is, a start finishes what was left undone.
ALTER TABLE account ADD COLUMN leaving INTEGER;
ALTER TABLE account ADD COLUMN leaving_for_good INTEGER NOT NULL DEFAULT 0;

-- Sign-ins of removed accounts that Notion has not been told to end yet. Their tokens are in the
-- keychain, never here.
CREATE TABLE revocation (
    account    TEXT PRIMARY KEY NOT NULL,
    attempt    INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL
) STRICT;
