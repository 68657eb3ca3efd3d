-- Times are microseconds since 1970 in UTC. Ids are made by code. The words of stages and states are in storage/.

-- What each person is in the middle of, per chat. `waiting` is the look-up that the conversation waits for, or empty.
CREATE TABLE conversations (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    waiting TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX conversations_waiting ON conversations (changed_at) WHERE waiting <> '';

-- Updates whose effects are committed: Telegram may send them again.
CREATE TABLE updates (
    update_id BIGINT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
CREATE INDEX updates_by_time ON updates (seen_at);

CREATE TABLE failed_updates (
    update_id BIGINT NOT NULL PRIMARY KEY,
    tries BIGINT NOT NULL,
    error TEXT NOT NULL,
    raw TEXT NOT NULL,
    failed_at BIGINT NOT NULL
);

-- An empty language follows Telegram's, which is what the person's last message said.
CREATE TABLE people (
    user_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    telegram_language TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE strangers (
    user_id BIGINT NOT NULL PRIMARY KEY,
    told_at BIGINT NOT NULL
);

-- The journal: a row is written before anything is sent, and never deleted.
CREATE TABLE orders (
    reference TEXT NOT NULL PRIMARY KEY,
    draft_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    form TEXT NOT NULL,
    form_version TEXT NOT NULL,
    answers TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('confirmed', 'sending', 'settled')),
    outcome TEXT,
    number TEXT,
    status TEXT NOT NULL,
    supplier_status TEXT NOT NULL,
    details TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    sending_at BIGINT,
    settled_at BIGINT,
    claimed_by TEXT,
    card BIGINT,
    replaced_by TEXT,
    CHECK ((stage = 'settled') = (outcome IS NOT NULL))
);
CREATE INDEX orders_confirmed ON orders (account, confirmed_at, reference) WHERE stage = 'confirmed';
CREATE INDEX orders_sending ON orders (stage, sending_at) WHERE stage = 'sending';
CREATE INDEX orders_by_time ON orders (confirmed_at, reference);
CREATE INDEX orders_by_person ON orders (user_id, confirmed_at, reference);
CREATE INDEX orders_by_card ON orders (card) WHERE card IS NOT NULL;

-- Every further name under which a look-up finds an order; its reference is found in orders itself.
CREATE TABLE order_names (
    name TEXT NOT NULL,
    reference TEXT NOT NULL REFERENCES orders (reference),
    PRIMARY KEY (name, reference)
);

-- Messages on their way to Telegram, in the order of their ids within a chat.
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    edits BIGINT,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    message_id BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE INDEX outbox_waiting ON outbox (state, chat_id, id) WHERE state = 'waiting';
CREATE INDEX outbox_waiting_edits ON outbox (edits) WHERE state = 'waiting';
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
