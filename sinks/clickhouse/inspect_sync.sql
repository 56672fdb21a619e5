-- Whether the user may bring a server up to date, which recovery does where there are several.
CHECK GRANT SYSTEM SYNC REPLICA ON *
