-- Several drafts are confirmed at once: a batch, and each of its rows is an order.

-- `state` is running, paused, stopped or done; `why` (JSON) says why it was paused. `faults` counts the last rows that
-- were not placed, `told` is the state of which it was last said aloud.
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    faults BIGINT NOT NULL,
    told TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX batches_open ON batches (chat_id, user_id, created_at) WHERE state IN ('running', 'paused');
CREATE INDEX batches_running ON batches (created_at) WHERE state = 'running';
CREATE INDEX batches_by_group ON batches (chat_id) WHERE chat_id < 0;
CREATE INDEX batches_ended ON batches (changed_at) WHERE state IN ('stopped', 'done');

-- The message in each chat that shows a batch: `card` is its row of the outbox.
CREATE TABLE batch_cards (
    batch TEXT NOT NULL REFERENCES batches (id),
    chat_id BIGINT NOT NULL,
    card BIGINT NOT NULL,
    PRIMARY KEY (batch, chat_id)
);
CREATE INDEX batch_cards_by_card ON batch_cards (card);
CREATE INDEX batch_cards_by_group ON batch_cards (chat_id) WHERE chat_id < 0;

-- `turn`: what waits is sent by it, an order of its own before all rows, and rows of several batches by turns.
-- `held` is 1 for a row that waits until its batch goes on.
ALTER TABLE orders ADD COLUMN batch TEXT REFERENCES batches (id);
ALTER TABLE orders ADD COLUMN batch_row BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_by_batch ON orders (batch, batch_row) WHERE batch IS NOT NULL;
CREATE INDEX orders_in_turn ON orders (account, turn, confirmed_at, reference, not_before, identity)
    WHERE stage = 'confirmed' AND held = 0;
