-- Words of suppliers that their documents don't explain can be named in the settings.

-- Each such word of an account as it came, and as what orders with it are kept now: a status of ours.
CREATE TABLE status_words (
    account TEXT NOT NULL,
    word TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (account, word)
);
INSERT INTO status_words (account, word, meaning)
SELECT DISTINCT account, supplier_status, status FROM orders
WHERE outcome = 'placed' AND status = 'placed' AND supplier_status <> '';

CREATE INDEX orders_by_supplier_word ON orders (supplier_status, account, status)
WHERE outcome = 'placed' AND supplier_status <> '';
