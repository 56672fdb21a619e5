package embeddedtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// DB is a database for one test on the shared engine.
type DB struct {
	embedded.Endpoint
	// Name is the database's name; it is unique and needs no quoting.
	Name string
}

// Options are what clickhouse-go opens this database with, over the native protocol.
func (d DB) Options() *clickhouse.Options {
	return &clickhouse.Options{
		Addr: []string{d.Native},
		Auth: clickhouse.Auth{Database: d.Name, Username: d.User, Password: d.Password},
	}
}

// Open connects to the database; the connection is closed when the test ends.
func (d DB) Open(t testing.TB) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(d.Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Database makes a fresh database, dropped when the test ends.
func Database(t testing.TB) DB {
	t.Helper()
	db := DB{Endpoint: Engine(t), Name: Name(t)}
	db.exec(t, "CREATE DATABASE "+db.Name)
	t.Cleanup(func() { db.exec(t, "DROP DATABASE "+db.Name+" SYNC") })
	return db
}

// exec runs a statement outside the database, with a context of its own: a test's is over when it cleans up.
func (d DB) exec(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	options := d.Options()
	options.Auth.Database = "default"
	conn, err := clickhouse.Open(options)
	if err == nil {
		defer conn.Close()
		err = conn.Exec(ctx, statement)
	}
	if err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// Name is a name that no other test uses, for a topic, a group or a database: letters, digits and underscores,
// starting with the test's.
func Name(t testing.TB) string {
	own := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, t.Name())
	return fmt.Sprintf("%.60s_%s", own, strings.ToLower(rand.Text()[:10]))
}
