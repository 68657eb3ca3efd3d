-- What the suppliers sell, as it was last read, so that people can pick from it, and what each of them picks.

-- One row per account. Products of another `edition` than this one are being written or are left over: a new list is
-- complete before anybody sees it. `groups` is JSON: key, name and count of each category, in the supplier's order.
CREATE TABLE catalogues (
    account TEXT NOT NULL PRIMARY KEY,
    edition BIGINT NOT NULL,
    size BIGINT NOT NULL,
    groups TEXT NOT NULL,
    digest TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error TEXT NOT NULL
);

-- `search` is the folded text that a search goes through. `read_at` is 0 for what the last list had, else the time of
-- the list that this product is from.
CREATE TABLE products (
    account TEXT NOT NULL,
    edition BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    group_name TEXT NOT NULL,
    group_key TEXT NOT NULL,
    picture TEXT NOT NULL,
    facts TEXT NOT NULL,
    search TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (account, edition, position)
);
CREATE UNIQUE INDEX products_by_id ON products (account, edition, id);
-- All that a search looks at, side by side: going through ten thousand products takes some milliseconds.
CREATE INDEX products_by_search ON products (account, edition, position, search, id);
CREATE INDEX products_by_group ON products (account, edition, group_key, position);

CREATE TABLE product_uses (
    account TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    product_id TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (account, user_id, product_id)
);
CREATE INDEX product_uses_of_person ON product_uses (account, user_id, last_used_at);
CREATE INDEX product_uses_of_account ON product_uses (account, last_used_at);
