-- Who is here. No secret ever goes into this file.
CREATE TABLE account (
    id             TEXT PRIMARY KEY NOT NULL,
    position       INTEGER NOT NULL,
    name           TEXT NOT NULL,
    color          TEXT NOT NULL,
    kind           TEXT NOT NULL,
    status         TEXT NOT NULL,
    workspace_id   TEXT,
    workspace_name TEXT,
    person_id      TEXT,
    bot_id         TEXT,
    parent_page_id TEXT,
    created        INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- Append-only: what happened to sign-ins.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    account TEXT,
    event   TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request TEXT
) STRICT;
