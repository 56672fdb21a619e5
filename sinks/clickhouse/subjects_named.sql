-- Every event of the subjects that are named, in the same form as for subjects that are chosen by what happened.
SELECT company, conversation_id, source, event_id, type, version, zone, occurred_at, appended_at, stream, epoch, partition, offset,
    agent, team, queue, direction, outcome, wait_ms, talk_ms, wrap_up_ms, ext
FROM events
WHERE company = {company:String} AND conversation_id IN {subjects:Array(String)}
