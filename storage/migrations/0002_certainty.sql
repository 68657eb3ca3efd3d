-- What it takes to find an order again, to try again, and to notice that the same was ordered already.

-- A confirmed order is not sent before `not_before`. `tries` counts the sendings since somebody confirmed it; `attempts`
-- counts all and never falls, so that a late answer is not taken for that of a later sending.
ALTER TABLE orders ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN stop_asked BIGINT NOT NULL DEFAULT 0;

-- An order of unknown outcome is looked for and reminded of at these times.
ALTER TABLE orders ADD COLUMN looks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN look_at BIGINT;
ALTER TABLE orders ADD COLUMN remind_at BIGINT;
ALTER TABLE orders ADD COLUMN evidence_card BIGINT;

-- When what is personal in a finished order was removed.
ALTER TABLE orders ADD COLUMN pruned_at BIGINT;

CREATE INDEX orders_unknown ON orders (confirmed_at, reference) WHERE outcome = 'unknown';
CREATE INDEX orders_to_look_for ON orders (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX orders_to_remind_of ON orders (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX orders_by_evidence_card ON orders (evidence_card) WHERE evidence_card IS NOT NULL;
CREATE INDEX orders_to_prune ON orders (settled_at) WHERE stage = 'settled' AND pruned_at IS NULL;

UPDATE orders SET look_at = settled_at, remind_at = settled_at WHERE outcome = 'unknown';

-- A supplier's number belongs to one order only.
CREATE TABLE order_numbers (
    account TEXT NOT NULL,
    number TEXT NOT NULL,
    reference TEXT NOT NULL REFERENCES orders (reference),
    PRIMARY KEY (account, number)
);
INSERT INTO order_numbers (account, number, reference)
SELECT account, number, MIN(reference) FROM orders WHERE number IS NOT NULL GROUP BY account, number;

-- What happened to an order beside its outcome: what look-ups found, who decided what. Only added to.
CREATE TABLE order_history (
    reference TEXT NOT NULL REFERENCES orders (reference),
    n BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    user_id BIGINT,
    user_name TEXT NOT NULL,
    PRIMARY KEY (reference, n)
);

-- The order that was last confirmed with these answers, while the same again is asked about.
CREATE TABLE order_guards (
    account TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reference TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (account, fingerprint)
);
CREATE INDEX order_guards_by_reference ON order_guards (reference);
CREATE INDEX order_guards_by_time ON order_guards (until);
