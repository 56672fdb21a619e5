-- Merges rewrite sixteen parts or more at once. How often a row is written again, in a table that takes 250 inserts of
-- 10,000 rows with every merge waited for (ClickHouse 26.7): 3.43 times with a base of 10, 2.49 times so; 9 parts on average
-- instead of 6. Without min_parts_to_merge_at_once the base is lowered as soon as there are more than ten parts, and small
-- merges come in between.
ALTER TABLE events MODIFY SETTING merge_selector_base = 16, min_parts_to_merge_at_once = 16;
