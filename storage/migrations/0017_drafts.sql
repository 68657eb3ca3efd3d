-- The drafts that a conversation has put aside for later, as JSON; the open one is the conversation's own.

CREATE TABLE parked_drafts (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    draft TEXT NOT NULL,
    kept TEXT NOT NULL,
    parked_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id, draft)
);
CREATE INDEX parked_drafts_by_age ON parked_drafts (parked_at);
