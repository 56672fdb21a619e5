-- One block, sent as it is.
INSERT INTO events FORMAT Native
