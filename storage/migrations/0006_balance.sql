-- What was last read of an account's balance. `below`: admins were told that it fell below its floor, and it has not
-- been above it since.
CREATE TABLE balances (
    account TEXT NOT NULL PRIMARY KEY,
    amount TEXT NOT NULL,
    unit TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    below BIGINT NOT NULL
);
