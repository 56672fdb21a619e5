-- What arrived, to be held against what was produced and against what another peer made of the same topic: how many rows, and
-- three sums of hashes. They depend on no order, and a row that is missing, there twice or altered changes them.
SELECT
    toInt64(count()),
    -- What an event says, as the benchmark's own reading of it has it.
    sum(xxHash64(concatWithSeparator('\n', source, conversation_id, event_id, type, toString(toUnixTimestamp64Milli(occurred_at)),
        agent, team, queue, direction, outcome,
        ifNull(toString(wait_ms), ''), ifNull(toString(talk_ms), ''), ifNull(toString(wrap_up_ms), '')))),
    -- Every column but ext, so also positions, append times, zone and version. A hash of a NULL would be NULL and left out of
    -- the sum: as part of a text it is none.
    sum(cityHash64(toString(tuple(* EXCEPT (ext))))),
    sum(cityHash64(partition, offset, ext))
FROM events
