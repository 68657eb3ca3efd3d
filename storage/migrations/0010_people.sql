-- Who hears: a message about orders goes only to who is staff at the moment of sending.

-- `about` is the reference of the order that a message brings news of, '*' when it is for staff and of no order in
-- particular, '?' when the order is not known any more, and '' when anybody may read it. `user_id` is whom it is for, 0
-- for nobody in particular.
ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN user_id BIGINT NOT NULL DEFAULT 0;
UPDATE outbox SET user_id = chat_id WHERE state = 'waiting' AND chat_id > 0;
-- All that waits counts as about an order, but what is said to strangers.
UPDATE outbox SET about = COALESCE(
    (SELECT MIN(reference) FROM orders WHERE orders.card = COALESCE(outbox.edits, outbox.id)),
    (SELECT MIN(reference) FROM orders WHERE orders.evidence_card = COALESCE(outbox.edits, outbox.id)),
    '?')
WHERE state = 'waiting' AND (
    NOT EXISTS (SELECT 1 FROM strangers WHERE strangers.user_id = outbox.chat_id)
    OR EXISTS (SELECT 1 FROM people WHERE people.user_id = outbox.chat_id)
);

-- The messages that show an order in other chats than the one where it was ordered, by their ids in the outbox.
CREATE TABLE order_cards (
    reference TEXT NOT NULL REFERENCES orders (reference),
    chat_id BIGINT NOT NULL,
    card BIGINT,
    evidence_card BIGINT,
    PRIMARY KEY (reference, chat_id)
);
CREATE INDEX order_cards_by_card ON order_cards (card) WHERE card IS NOT NULL;
CREATE INDEX order_cards_by_evidence_card ON order_cards (evidence_card) WHERE evidence_card IS NOT NULL;

-- When somebody was last told, in a group, to write elsewhere.
CREATE TABLE turned_away (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);

-- Groups that became supergroups, which have another id.
CREATE TABLE moved_groups (
    old_id BIGINT NOT NULL PRIMARY KEY,
    new_id BIGINT NOT NULL,
    moved_at BIGINT NOT NULL
);
CREATE INDEX orders_by_group ON orders (chat_id) WHERE chat_id < 0;
CREATE INDEX outbox_by_group ON outbox (chat_id) WHERE chat_id < 0;
