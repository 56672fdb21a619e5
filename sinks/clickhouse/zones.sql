-- The zones in which the dates of a company's events are read, those of its teams among them. The column is one of few values,
-- so the scan is cheap.
SELECT DISTINCT zone
FROM events
WHERE company = {company:String}
ORDER BY zone
