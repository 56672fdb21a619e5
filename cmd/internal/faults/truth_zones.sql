-- Which zone each accepted offset of an epoch has.
SELECT partition, offset, zone FROM events WHERE epoch = ?
