-- Lists show a chain of attempts as one row, and orders are found by their products too.

-- An order that was not placed and was confirmed anew is an attempt before the one that took its place; one that came to
-- light after all, or is sent once more, stands for itself. storage/pages.py writes the condition alike.
DROP INDEX orders_by_account;
DROP INDEX orders_by_account_person;
DROP INDEX orders_by_state;
DROP INDEX orders_by_account_state;
DROP INDEX orders_by_state_person;
DROP INDEX orders_by_account_state_person;
CREATE INDEX listed_orders ON orders (confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_person ON orders (user_id, confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_account ON orders ((account || ''), confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_account_person ON orders ((account || ''), user_id, confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_state ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_account_state ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_state_person ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));
CREATE INDEX listed_orders_by_account_state_person ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference)
    WHERE (replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'));

-- The attempts before an order.
CREATE INDEX orders_by_replacement ON orders (replaced_by) WHERE replaced_by IS NOT NULL;

-- The list that a question about an order came from, as JSON text, so that its answer leads back there.
ALTER TABLE inquiries ADD COLUMN listed TEXT NOT NULL DEFAULT '';

-- The products of orders of before are still to be written down among their words.
INSERT INTO order_words_due (reference) SELECT reference FROM orders WHERE pruned_at IS NULL
    ON CONFLICT (reference) DO NOTHING;
