-- Every column of every accepted event as text, in the table's order: a column that is added later is compared too. Rows
-- of an earlier epoch have been taken away.
SELECT partition, offset, toUnixTimestamp64Milli(appended_at), concat(conversation_id, '/', source, '/', event_id), formatRowNoNewline('TSV', *)
FROM events
