-- The orders that a text held, before they are confirmed together: JSON text, as the conversation has them.

-- `card` is the outbox's row of the message that shows them, in the chat of whoever sent the text.
CREATE TABLE trays (
    id TEXT NOT NULL PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    kept TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    card BIGINT
);
CREATE INDEX trays_by_owner ON trays (chat_id, user_id, changed_at);
CREATE INDEX trays_changed ON trays (changed_at);
CREATE INDEX trays_by_card ON trays (card) WHERE card IS NOT NULL;
