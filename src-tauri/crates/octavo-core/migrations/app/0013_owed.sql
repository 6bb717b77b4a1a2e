-- Removed accounts whose keychain did not answer: what it holds of them is forgotten when it does.
-- `store` is the place that holds it.
CREATE TABLE owed (
    account TEXT PRIMARY KEY NOT NULL,
    name    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    store   TEXT NOT NULL,
    since   INTEGER NOT NULL
) STRICT;

-- Until when another process asks for the account's lock, to remove it. Who holds the lock lets go of it
-- as long as that lasts.
ALTER TABLE account ADD COLUMN wanted INTEGER;
