-- What the user of deskpulse must be allowed, one question a statement; each comment says for what. An asterisk stands for
-- the tables of the current database.
--
-- read and write events, decisions and runs
CHECK GRANT SELECT, INSERT ON *;
-- make and change tables in `migrate`, and the scratch tables with which refused rows are found
CHECK GRANT CREATE TABLE, DROP TABLE, ALTER TABLE ON *;
-- see inserts of a process that is gone, which are to be waited for
CHECK GRANT SELECT ON system.processes;
-- end inserts of a process that is gone
CHECK GRANT KILL QUERY ON *.*;
-- check the tables, their parts and the disks
CHECK GRANT SELECT ON system.tables;
CHECK GRANT SELECT ON system.parts;
CHECK GRANT SELECT ON system.disks
