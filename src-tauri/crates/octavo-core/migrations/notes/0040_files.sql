-- Files that notes of this account refer to by the digest of their content. The bytes lie in `files/`
-- beside this database, and are on the disk before a row says that they are.
CREATE TABLE file (
    hash       TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    added      INTEGER NOT NULL
) STRICT;
