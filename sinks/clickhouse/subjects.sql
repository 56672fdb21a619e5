-- Every event, of all types and times, of each subject between two ids that has an event of the wanted types and times,
-- as the reader asks for them. Nothing is sorted: rows come as they lie in the parts, which costs the server half of what merging them in order
-- does, and the reader sorts a range of ids for less.
SELECT company, conversation_id, source, event_id, type, version, zone, occurred_at, appended_at, stream, epoch, partition, offset,
    agent, team, queue, direction, outcome, wait_ms, talk_ms, wrap_up_ms, ext
FROM events
WHERE company = {company:String} AND conversation_id >= {low:String} AND ({high:String} = '' OR conversation_id < {high:String})
    AND conversation_id IN
    (
        SELECT conversation_id
        FROM events
        WHERE company = {company:String} AND conversation_id >= {low:String} AND ({high:String} = '' OR conversation_id < {high:String})
            AND ({chosen})
    )
