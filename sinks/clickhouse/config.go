package clickhouse

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/schemas/secret"
)

// Config says how to reach ClickHouse over its native protocol.
type Config struct {
	// Addresses are host:port of the servers. A connection goes to the first that answers. Several must be replicas of each
	// other, each named by itself and not through a balancer; set insert_quorum to auto for the user, so that what was
	// acknowledged survives the loss of one.
	Addresses []string `yaml:"addresses"`
	// Database holds all tables; Migrate makes it if it is missing.
	Database string `yaml:"database"`
	// User is the name to log in with.
	User string `yaml:"user"`
	// Password belongs to User; it never prints.
	Password secret.Text `yaml:"password"`
	// TLS encrypts the connections and checks the server's certificate against the system's authorities.
	TLS bool `yaml:"tls"`
	// Compression of what is sent and read: "none", best on the same machine, or "lz4", best across a network.
	Compression Compression `yaml:"compression"`
	// InsertDeadline bounds one insert, here and in the server. It must be below the consumer group's session and
	// rebalance timeouts less its heartbeat interval: whoever takes over a partition waits this long for inserts still on
	// their way.
	InsertDeadline time.Duration `yaml:"insert_deadline"`
	// DialTimeout bounds opening a connection, and waiting for a free one.
	DialTimeout time.Duration `yaml:"dial_timeout"`
	// MaxOpenConns bounds the connections open at once on which questions are asked, and those on which rows are inserted: a
	// server sees at most twice as many of each process, and where there are several addresses three times.
	MaxOpenConns int `yaml:"max_open_conns"`
}

// DefaultConfig returns the defaults; Addresses has none.
func DefaultConfig() Config {
	return Config{
		Database:       "deskpulse",
		User:           "default",
		Compression:    CompressionNone,
		InsertDeadline: 30 * time.Second,
		DialTimeout:    5 * time.Second,
		MaxOpenConns:   8,
	}
}

// Compression is how blocks are compressed on the wire.
type Compression string

// The compressions supported.
const (
	CompressionNone Compression = "none"
	CompressionLZ4  Compression = "lz4"
)

// Validate returns all that is wrong with the configuration, with paths.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, path, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
		}
	}
	check(len(c.Addresses) > 0, "addresses", "at least one host:port is needed")
	for i, a := range c.Addresses {
		_, _, err := net.SplitHostPort(a)
		check(err == nil, fmt.Sprintf("addresses[%d]", i), "%q is not host:port", a)
	}
	check(plainIdentifier(c.Database), "database", "%q: want letters, digits and '_', not beginning with a digit", c.Database)
	check(c.User != "", "user", "is empty")
	check(c.Compression == CompressionNone || c.Compression == CompressionLZ4, "compression", "%q is not none or lz4", c.Compression)
	check(c.InsertDeadline >= time.Second && c.InsertDeadline <= 10*time.Minute, "insert_deadline", "%v is not within [1s, 10m]", c.InsertDeadline)
	check(c.DialTimeout > 0, "dial_timeout", "%v is not positive", c.DialTimeout)
	check(c.MaxOpenConns > 0, "max_open_conns", "%d is not positive", c.MaxOpenConns)
	return errors.Join(errs...)
}

// plainIdentifier reports whether a name stands in SQL without quoting.
func plainIdentifier(s string) bool {
	for i, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
		case '0' <= r && r <= '9' && i > 0:
		default:
			return false
		}
	}
	return s != ""
}

func (c Config) options(database string) *clickhousego.Options {
	o := &clickhousego.Options{
		Addr:         c.Addresses,
		Auth:         clickhousego.Auth{Database: database, Username: c.User, Password: string(c.Password)},
		DialTimeout:  c.DialTimeout,
		MaxOpenConns: c.MaxOpenConns,
		MaxIdleConns: c.MaxOpenConns,
		ClientInfo: clickhousego.ClientInfo{Products: []struct{ Name, Version string }{
			{Name: "deskpulse", Version: "1"},
		}},
	}
	if c.Compression == CompressionLZ4 {
		o.Compression = &clickhousego.Compression{Method: clickhousego.CompressionLZ4}
	}
	if c.TLS {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return o
}
