-- Every column of every rejected record. Key and value are bytes of any kind and are given apart; the detail is for people:
-- it has to be there.
SELECT partition, offset, toUnixTimestamp64Milli(appended_at), toString(reason), detail, key, value,
       formatRowNoNewline('TSV', * EXCEPT (reason, detail, key, value))
FROM rejected
