-- What each agent got in a run, in order of agents, without the cards.
SELECT agent, name, team, total, grade, pay, missing, hash
FROM cards
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
ORDER BY company, policy, month, run, agent
