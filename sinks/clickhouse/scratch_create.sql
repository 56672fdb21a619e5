-- A scratch table that takes and refuses the rows that `events` takes and refuses: AS brings its columns, their
-- expressions and its constraints. It keeps nothing, so that a thousand small inserts cost the server little, and what a
-- crash leaves behind is a name. The engine is named, because AS would otherwise copy that as well: a Distributed table
-- would hand the rows on to the real one.
CREATE TABLE {scratch:Identifier} AS events ENGINE = Null
