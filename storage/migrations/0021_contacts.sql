-- The address book: recipients and senders of orders, once each, and by which parts of their words they are found.
-- As with order_parts, PostgreSQL wants contact_parts.part COLLATE "C".

-- `place` is the group of the form that the person stands in, `id` a keyed sum of name and phone, the same wherever they
-- stand. Of a forgotten one (`forgotten` is since when) nothing is left but that, the last order and its time.
CREATE TABLE contacts (
    identity TEXT NOT NULL,
    place TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    answers TEXT NOT NULL,
    pinyin TEXT,
    reference TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    forgotten BIGINT NOT NULL,
    PRIMARY KEY (identity, place, id)
);
CREATE INDEX contacts_by_use ON contacts (identity, place, used_at) WHERE forgotten = 0;
CREATE INDEX contacts_forgotten ON contacts (identity) WHERE forgotten > 0;
CREATE INDEX contacts_by_id ON contacts (id);
CREATE INDEX contacts_by_order ON contacts (reference);
-- Those whose pinyin is still to be made.
CREATE INDEX contacts_unread ON contacts (used_at) WHERE pinyin IS NULL;

CREATE TABLE contact_parts (
    identity TEXT NOT NULL,
    place TEXT NOT NULL,
    part TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (identity, place, part, id)
) WITHOUT ROWID;

-- Orders of before, whose people are still to be written down.
CREATE TABLE order_contacts_due (
    reference TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
INSERT INTO order_contacts_due (reference) SELECT reference FROM orders WHERE pruned_at IS NULL;
