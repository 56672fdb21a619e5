-- What the profile of this user sets, and lets us set: an insert needs settings of its own.
SELECT name, value, readonly > 0, ifNull(min, ''), ifNull(max, '')
FROM system.settings
WHERE name IN {names:Array(String)}
ORDER BY name
