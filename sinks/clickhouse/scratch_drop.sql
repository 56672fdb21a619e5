-- Before and after the search: an earlier one may have been cut short.
DROP TABLE IF EXISTS {scratch:Identifier} SYNC
