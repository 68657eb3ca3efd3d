-- The identity that an account has at its supplier, beyond its name in the settings, so that what is seen at one place
-- proves nothing about what was sent to another.

-- `id` is made of provider, address and what names the customer there. Orders are kept under `same_as`: it is another
-- one's id where an admin has said that only the key is new, at `decided_at`.
CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    same_as TEXT NOT NULL,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    customer TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    decided_at BIGINT,
    user_id BIGINT,
    user_name TEXT NOT NULL
);

-- What each account of the settings is at this time: `own` is the id of its settings, `identity` the one that its
-- orders are kept under. `asks` is another identity of the same address that it may be, with a new key; else empty.
CREATE TABLE accounts (
    account TEXT NOT NULL PRIMARY KEY,
    own TEXT NOT NULL,
    identity TEXT NOT NULL,
    asks TEXT NOT NULL
);

-- Where an order is to be sent to, or went to. From before there were identities it is 'before:' and the account.
ALTER TABLE orders ADD COLUMN identity TEXT NOT NULL DEFAULT '';
UPDATE orders SET identity = 'before:' || account;
CREATE INDEX orders_by_identity ON orders (identity, confirmed_at);

-- A supplier's number belongs to one order of an identity.
CREATE TABLE identity_numbers (
    identity TEXT NOT NULL,
    number TEXT NOT NULL,
    reference TEXT NOT NULL REFERENCES orders (reference),
    PRIMARY KEY (identity, number)
);
INSERT INTO identity_numbers (identity, number, reference)
SELECT 'before:' || account, number, reference FROM order_numbers;
DROP TABLE order_numbers;
ALTER TABLE identity_numbers RENAME TO order_numbers;
CREATE INDEX order_numbers_by_reference ON order_numbers (reference);

-- A guard holds until both of its times are over: by the clock, and by how long the bot has been up.
CREATE TABLE identity_guards (
    identity TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reference TEXT NOT NULL,
    until BIGINT NOT NULL,
    until_up BIGINT NOT NULL,
    PRIMARY KEY (identity, fingerprint)
);
INSERT INTO identity_guards (identity, fingerprint, reference, until, until_up)
SELECT 'before:' || account, fingerprint, reference, until, 0 FROM order_guards;
DROP TABLE order_guards;
ALTER TABLE identity_guards RENAME TO order_guards;
CREATE INDEX order_guards_by_reference ON order_guards (reference);
CREATE INDEX order_guards_by_time ON order_guards (until);
