-- Texts that lists of orders were searched for and that are too long for a button, by the mark that stands for them.

CREATE TABLE searches (
    mark TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX searches_by_time ON searches (at);
