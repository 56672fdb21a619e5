-- Whose rows of a run are there, by table: what an attempt that was cut short left behind. The hash is the card's.
SELECT 'cards' AS name, agent, hash
FROM cards
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
UNION ALL
SELECT DISTINCT 'lines', agent, ''
FROM lines
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
UNION ALL
SELECT DISTINCT 'evidence', agent, ''
FROM evidence
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
