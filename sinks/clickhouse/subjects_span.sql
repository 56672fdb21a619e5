-- How many events there are of each of the wanted types and times, and between which ids their
-- subjects lie: many reads of a month are for types of which there are few or none.
SELECT [{counted}], min(conversation_id), max(conversation_id)
FROM events
WHERE company = {company:String} AND ({chosen})
