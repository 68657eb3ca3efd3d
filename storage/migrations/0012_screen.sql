-- What a conversation has on the screen: which message asks its question, and the hints that were given (JSON).

ALTER TABLE conversations ADD COLUMN screen TEXT NOT NULL DEFAULT '';
