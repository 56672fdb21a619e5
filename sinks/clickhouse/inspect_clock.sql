-- How far the server's clock is from ours, for `doctor`. It is the one question that is about the server's clock itself,
-- so nothing else can be bound in its place; no number that is kept comes of it.
SELECT version(), now64(3, 'UTC')
