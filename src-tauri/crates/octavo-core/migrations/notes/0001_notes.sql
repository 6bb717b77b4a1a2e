-- The notes of one account. `base_*` is what Notion last confirmed (or what was sent, while
-- `base_provisional` is 1); the note's own columns are what the person sees.
CREATE TABLE note (
    id               TEXT PRIMARY KEY NOT NULL,
    title            TEXT NOT NULL,
    body             TEXT NOT NULL,
    excerpt          TEXT NOT NULL,
    note_type        TEXT,
    tags             TEXT NOT NULL DEFAULT '[]',
    pinned           INTEGER NOT NULL DEFAULT 0,
    created          INTEGER NOT NULL,
    edited           INTEGER NOT NULL,
    trashed          INTEGER NOT NULL DEFAULT 0,
    version          INTEGER NOT NULL DEFAULT 1,
    state            TEXT NOT NULL,
    state_reason     TEXT,
    page_id          TEXT UNIQUE,
    confirmed_at     INTEGER,
    base_title       TEXT,
    base_markdown    TEXT,
    base_hash        TEXT,
    base_trashed     INTEGER NOT NULL DEFAULT 0,
    base_provisional INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX note_by_edited ON note (trashed, edited DESC);
CREATE INDEX note_by_state ON note (state);

-- Bodies that something other than the person's own typing replaced.
CREATE TABLE revision (
    note    TEXT NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title   TEXT NOT NULL,
    body    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (note, version, reason)
) STRICT;

-- One row per thing that has to reach Notion: a note (kind 'note') or the contents page
-- (kind 'contents', note ''). What is to be sent is worked out from the note and its base when its
-- turn comes, so that edits fold into what is not sent yet. `journal` is written before each
-- request and says what may have reached Notion if no answer came.
CREATE TABLE outbox (
    kind       TEXT NOT NULL,
    note       TEXT NOT NULL,
    priority   INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempt    INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    journal    TEXT,
    PRIMARY KEY (kind, note)
) STRICT;

CREATE INDEX outbox_by_turn ON outbox (not_before);

-- At which `last_edited_time` each page was read, and when, so that it is not read twice.
CREATE TABLE seen (
    page_id     TEXT PRIMARY KEY NOT NULL,
    last_edited INTEGER NOT NULL,
    read_at     INTEGER NOT NULL
) STRICT;

-- The home's ids, the watermark of reading, and the like.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
