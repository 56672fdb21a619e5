-- Every event of each subject that has one of the wanted types in the time asked for, in the table's order, so that rows
-- are read in order and nothing is sorted but copies of one event (by position, to make their order certain).
SELECT company, conversation_id, source, event_id, type, version, zone,
    toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(appended_at), stream, epoch, partition, offset,
    agent, team, queue, direction, outcome, wait_ms, talk_ms, wrap_up_ms, ext
FROM events
WHERE company = {company:String} AND conversation_id IN
(
    SELECT conversation_id
    FROM events
    WHERE company = {company:String} AND type IN {types:Array(String)}
        AND occurred_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND occurred_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
)
ORDER BY company, events.conversation_id, events.occurred_at, source, event_id, stream, epoch, partition, offset
