-- 1 when the last list was read from end to end, so that what it lacks was certainly not in it.

ALTER TABLE catalogues ADD COLUMN whole BIGINT NOT NULL DEFAULT 0;
