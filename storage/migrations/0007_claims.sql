-- Until when the claim of `claimed_by` on an order that is being sent holds. NULL: it has lapsed, or there is none.
ALTER TABLE orders ADD COLUMN claimed_until BIGINT;
