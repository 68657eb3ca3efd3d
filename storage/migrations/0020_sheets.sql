-- Files that go out as documents: a message of the outbox names one, and it is read when that is sent.
CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_by_age ON files (created_at);

-- Sheets that people have sent. `file` is Telegram's id of it, `said` what a person has said of it: its account and the
-- roles of its columns. `kept` is all that is in it, `body` what the conversation needs of it; all three are JSON.
-- `card` is the row of the outbox in which it says how far it is.
CREATE TABLE sheets (
    id TEXT NOT NULL PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    file TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('wanted', 'read', 'refused')),
    said TEXT NOT NULL,
    kept TEXT NOT NULL,
    body TEXT NOT NULL,
    card BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX sheets_wanted ON sheets (created_at) WHERE state = 'wanted';
CREATE INDEX sheets_by_age ON sheets (created_at);
CREATE INDEX sheets_by_group ON sheets (chat_id) WHERE chat_id < 0;
-- The orders that rows of sheets have become, by what a row is known by in whatever sheet and chat.
CREATE TABLE sheet_rows (
    row_key TEXT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL
);
CREATE INDEX sheet_rows_by_age ON sheet_rows (confirmed_at);
-- The batches that rows of a sheet were confirmed as.
CREATE TABLE sheet_batches (
    batch TEXT NOT NULL PRIMARY KEY,
    sheet TEXT NOT NULL
);
-- What people have said that columns are, by the set of headings.
CREATE TABLE sheet_columns (
    account TEXT NOT NULL,
    headings TEXT NOT NULL,
    roles TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (account, headings)
);
