-- What /orders needs: pages of any selection of orders, and finding them by any part of their words.
-- PostgreSQL takes all of it but WITHOUT ROWID, and order_parts.part has to be COLLATE "C" there, as it is ordered by
-- code points here.

-- One index for each selection, beside orders_by_time and orders_by_person: a page of it is read where it begins.
-- Two of what is selected by are reckoned, so that nothing has to keep them in step; storage/pages.py writes them alike.
-- The CASE is how an order stands, in one word. (Not a generated column: SQLite 3.40 can't VACUUM such a table INTO a
-- copy when it was opened anew.) `account || ''` is the account: written so, the indexes are used for pages only, and
-- don't lure the planner away from the narrow ones of statements that look for something else of an account, which may
-- have a million orders.
CREATE INDEX orders_by_account ON orders ((account || ''), confirmed_at, reference);
CREATE INDEX orders_by_account_person ON orders ((account || ''), user_id, confirmed_at, reference);
CREATE INDEX orders_by_state ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference);
CREATE INDEX orders_by_account_state ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference);
CREATE INDEX orders_by_state_person ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference);
CREATE INDEX orders_by_account_state_person ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference);

-- What an order is found by, as JSON lists: its own names, and what is personal and goes when it is pruned.
CREATE TABLE order_words (
    reference TEXT NOT NULL PRIMARY KEY REFERENCES orders (reference),
    own TEXT NOT NULL,
    personal TEXT NOT NULL
);

-- The beginnings of every rest of those words, so that any part of them is a beginning.
CREATE TABLE order_parts (
    part TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (part, reference)
) WITHOUT ROWID;

-- Orders of before, whose words the program has still to write down.
CREATE TABLE order_words_due (
    reference TEXT NOT NULL PRIMARY KEY
);
INSERT INTO order_words_due (reference) SELECT reference FROM orders;
