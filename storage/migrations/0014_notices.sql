-- News of placed orders wait a moment, so that what comes together is told together; a restart forgets none of them.

-- `was` is JSON text: the order as it was when news of it were last told. At `due_at` they are told.
CREATE TABLE pending_news (
    reference TEXT NOT NULL PRIMARY KEY REFERENCES orders (reference),
    was TEXT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX pending_news_by_time ON pending_news (due_at, reference);
