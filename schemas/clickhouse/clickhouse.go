// Package clickhouse holds the tables of deskpulse as numbered migrations, one table or change per file. They go
// forward only: a file that was released is never edited, because its checksum is recorded where it was applied. Every
// statement can be run again, so that a migration that was cut short is simply repeated.
package clickhouse

import "embed"

// Migrations are the files NNNN_name.sql, applied in order of their numbers.
//
//go:embed [0-9]*.sql
var Migrations embed.FS

// Bookkeeping is the statement that makes the table in which applied migrations are recorded.
//
//go:embed bookkeeping.sql
var Bookkeeping string
