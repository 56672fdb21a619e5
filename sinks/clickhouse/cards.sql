-- The cards of a run, or the one that is asked for, in order of agents, which is the table's.
SELECT agent, card
FROM cards
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
    AND (agent = {agent:String} OR {agent:String} = '')
ORDER BY company, policy, month, run, agent
