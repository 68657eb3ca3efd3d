-- How long the bot has been there, so that nothing is decided by a clock that was set, or done by itself too late.

-- Few things that the program notes about itself, by name: its last heartbeat, how long it has been up in all, the salt
-- of what is made of secrets.
CREATE TABLE program (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- A row here says that this file is a copy, and of when.
CREATE TABLE IF NOT EXISTS copied (
    at BIGINT NOT NULL
);

-- How long the bot had been up when the order was settled, in microseconds: time that it was away proves nothing.
ALTER TABLE orders ADD COLUMN settled_up BIGINT NOT NULL DEFAULT 0;

-- 1 for an order that is held to be not placed without the supplier's word; it is looked for again for a while.
ALTER TABLE orders ADD COLUMN inferred BIGINT NOT NULL DEFAULT 0;
