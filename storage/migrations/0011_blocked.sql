-- What Telegram did not take because the bot may not write there is kept for a while, and goes out when it may again.
-- The second index is by what is shown: of several states of one message only the newest is worth keeping.
CREATE INDEX outbox_blocked ON outbox (error, chat_id, id) WHERE error = 'blocked';
CREATE INDEX outbox_blocked_shown ON outbox (error, (COALESCE(edits, id)), id) WHERE error = 'blocked';
