-- The orders that stand in a sheet, whichever sheet they were confirmed from: when one of them ships, the sheet is given
-- back to whoever dropped it.
CREATE TABLE sheet_orders (
    reference TEXT NOT NULL,
    sheet TEXT NOT NULL,
    PRIMARY KEY (reference, sheet)
);
CREATE INDEX sheet_orders_by_sheet ON sheet_orders (sheet);
INSERT INTO sheet_orders (reference, sheet)
SELECT orders.reference, sheet_batches.sheet FROM sheet_batches JOIN orders ON orders.batch = sheet_batches.batch;

-- `given_on` is the day of the last news with which a sheet was given back, `given_whole` says that no order of it was
-- on its way to anywhere any more by then.
ALTER TABLE sheets ADD COLUMN given_on TEXT NOT NULL DEFAULT '';
ALTER TABLE sheets ADD COLUMN given_whole BIGINT NOT NULL DEFAULT 0;
