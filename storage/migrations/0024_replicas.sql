-- Several bots on one database, each of which is a replica. `until` is when its lease ends, in UTC microseconds by the
-- clock of the database; whose lease has ended counts as dead. Numbers of messages depend on `slot`, so that no two make
-- the same. `settings` is a mark of the program and its settings, which all replicas have in common.
CREATE TABLE replicas (
    name TEXT PRIMARY KEY,
    slot BIGINT NOT NULL UNIQUE,
    until BIGINT NOT NULL,
    leads BIGINT NOT NULL DEFAULT 0,
    settings TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX replicas_leader ON replicas (leads) WHERE leads = 1;

-- The chats of replicas: `last_row` is the highest number of the outbox that was ever reserved for a chat, and `holder`
-- the replica that brings its messages to Telegram; empty for nobody.
CREATE TABLE chats (
    chat_id BIGINT PRIMARY KEY,
    last_row BIGINT NOT NULL,
    holder TEXT NOT NULL DEFAULT ''
);
CREATE INDEX chats_held ON chats (holder) WHERE holder <> '';
