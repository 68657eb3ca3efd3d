-- How far suppliers are with placed orders: asked by people and by the watcher, shown on cards that are edited in place.

-- `progress` is what the supplier said besides the status. An answer that was asked for before `asked_at` is too old to
-- count; `status_at` is when the status last changed. At `watch_at` the watcher asks next; NULL: it asks no more.
ALTER TABLE orders ADD COLUMN progress TEXT NOT NULL DEFAULT '{}';
ALTER TABLE orders ADD COLUMN asked_at BIGINT;
ALTER TABLE orders ADD COLUMN status_at BIGINT;
ALTER TABLE orders ADD COLUMN watch_at BIGINT;
ALTER TABLE orders ADD COLUMN watch_failures BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_to_watch ON orders (account, watch_at) WHERE watch_at IS NOT NULL;

UPDATE orders SET status_at = settled_at WHERE outcome = 'placed';

-- Of the orders that are there already those of the last 30 days are watched; older ones are asked about by people.
UPDATE orders SET watch_at = settled_at
WHERE outcome = 'placed' AND number IS NOT NULL AND pruned_at IS NULL
AND settled_at > (SELECT MAX(settled_at) FROM orders) - 2592000000000;

-- Which changes of their orders people are told of: all, important or none.
ALTER TABLE people ADD COLUMN notices TEXT NOT NULL DEFAULT 'all';

-- A paced edit waits apart from the rest of its chat. `edited_at` is when the message of a row was last changed.
ALTER TABLE outbox ADD COLUMN paced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN edited_at BIGINT;
CREATE INDEX outbox_in_line ON outbox (state, paced, chat_id, id) WHERE state = 'waiting';
DROP INDEX outbox_waiting;

-- Questions that wait for a supplier: about an order of ours by its reference, or about a number that we don't know.
CREATE TABLE inquiries (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    query TEXT NOT NULL,
    on_card BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id, reference, query, on_card)
);
CREATE INDEX inquiries_by_time ON inquiries (asked_at);
