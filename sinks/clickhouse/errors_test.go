package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestFaultsAreNamedAsTheServerNamesThem asks the engine what each code of the table means.
func TestFaultsAreNamedAsTheServerNamesThem(t *testing.T) {
	conn := embeddedtest.Database(t).Open(t)
	for code, want := range clickhouse.Faults() {
		var got string
		if err := conn.QueryRow(t.Context(), "SELECT errorCodeToName(?)", code).Scan(&got); err != nil || got != want {
			t.Errorf("code %d: got %q, %v, want %q", code, got, err, want)
		}
	}
}

// TestErrorTable says of every code what it is taken for, so that none changes by the way.
func TestErrorTable(t *testing.T) {
	seen := map[int]bool{}
	for _, c := range []struct {
		name  string
		codes []int
		class clickhouse.Class
		data  bool
	}{
		{"overload", []int{252, 202, 241, 173, 201, 203, 439, 574, 473, 692, 745, 749, 777, 778}, clickhouse.ClassRetry, false},
		{"network, and outcomes that are not known", []int{3, 32, 33, 57, 95, 96, 101, 159, 160, 198, 209, 210, 216, 236, 279, 319, 394, 410, 425, 677, 735},
			clickhouse.ClassRetry, false},
		{"replicas", []int{225, 242, 244, 254, 265, 285, 286, 297, 369, 733, 999}, clickhouse.ClassRetry, false},
		{"disk", []int{74, 75, 76, 204, 243, 499}, clickhouse.ClassRetry, false},
		{"rights", []int{164, 291, 392, 452, 497}, clickhouse.ClassPermanent, false},
		{"log-in", []int{192, 193, 194, 195, 516}, clickhouse.ClassUnknown, false},
		{"schema", []int{8, 10, 16, 20, 47, 53, 60, 70, 81, 218}, clickhouse.ClassPermanent, false},
		{"a server that cannot", []int{46, 48, 62, 115, 774}, clickhouse.ClassPermanent, false},
		{"rows", []int{6, 25, 26, 27, 38, 41, 69, 72, 117, 128, 131, 153, 190, 321, 349, 376, 395, 407, 467, 469, 675, 676, 691},
			clickhouse.ClassPermanent, true},
		{"codes that nobody knows", []int{30000, 1001, 49, 0}, clickhouse.ClassUnknown, false},
	} {
		for _, code := range c.codes {
			seen[code] = true
			err := clickhouse.Explain("insert x", fmt.Errorf("wrapped: %w", &clickhousego.Exception{Code: int32(code)}))
			var e *clickhouse.Error
			if !errors.As(err, &e) || e.Code != code || e.Class != c.class || e.Data() != c.data || e.Permanent() != (c.class == clickhouse.ClassPermanent) ||
				e.Unexplained() != (c.class == clickhouse.ClassUnknown) {
				t.Errorf("%s: code %d: got %+v, want class %s, data %t", c.name, code, err, c.class, c.data)
			}
		}
	}
	for code, name := range clickhouse.Faults() {
		if !seen[code] {
			t.Errorf("no row of this test has code %d, %s", code, name)
		}
	}
}

// TestErrorsOfTheEngine provokes errors of the store's own calls.
func TestErrorsOfTheEngine(t *testing.T) {
	for _, c := range []struct {
		name    string
		provoke func(t *testing.T, store *clickhouse.Store, db embeddedtest.DB) error
		code    int
		class   clickhouse.Class
	}{
		{"unknown table", func(t *testing.T, s *clickhouse.Store, db embeddedtest.DB) error {
			exec(t, db, "DROP TABLE events SYNC")
			return s.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 9}), 0)
		}, 60, clickhouse.ClassPermanent},
		{"unknown column", func(t *testing.T, s *clickhouse.Store, db embeddedtest.DB) error {
			exec(t, db, "ALTER TABLE events DROP COLUMN wrap_up_ms")
			return s.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 9}), 0)
		}, 16, clickhouse.ClassPermanent},
		{"unknown database", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) error {
			cfg := config(db)
			cfg.Database = "nowhere"
			return open(t, cfg).Ping(t.Context())
		}, 81, clickhouse.ClassPermanent},
		{"wrong password", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) error {
			cfg := config(db)
			cfg.Password = "wrong"
			return open(t, cfg).Ping(t.Context())
		}, 516, clickhouse.ClassUnknown},
		{"constraint", func(t *testing.T, s *clickhouse.Store, db embeddedtest.DB) error {
			exec(t, db, "ALTER TABLE events ADD CONSTRAINT c CHECK offset > 5")
			return s.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 9}), 0)
		}, 469, clickhouse.ClassPermanent},
		{"too many months", func(t *testing.T, s *clickhouse.Store, _ embeddedtest.DB) error {
			b := batchOf(main0, event.Range{First: 0, Last: 150})
			for i := range b.Rows.Time {
				b.Rows.Time[i] = began.AddDate(0, -i, 0).UnixMilli()
			}
			return s.InsertEvents(t.Context(), b, 0)
		}, 252, clickhouse.ClassPermanent},
		{"too many parts", func(t *testing.T, s *clickhouse.Store, db embeddedtest.DB) error {
			exec(t, db, "SYSTEM STOP MERGES events")
			exec(t, db, "ALTER TABLE events MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1")
			for attempt := range 3 {
				if err := s.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 9}), attempt); err != nil {
					return err
				}
			}
			return nil
		}, 252, clickhouse.ClassRetry},
		{"nobody there", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) error {
			cfg := config(db)
			cfg.Addresses = []string{"127.0.0.1:1"}
			return open(t, cfg).Ping(t.Context())
		}, 0, clickhouse.ClassRetry},
		{"store closed", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) error {
			s := open(t, config(db))
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return s.Ping(t.Context())
		}, 0, clickhouse.ClassPermanent},
		{"sums that do not add up", func(t *testing.T, s *clickhouse.Store, _ embeddedtest.DB) error {
			return s.InsertApplied(t.Context(), event.Applied{Partition: main0, Range: event.Range{First: 0, Last: 9}, Accepted: 9})
		}, 0, clickhouse.ClassPermanent},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			err := c.provoke(t, store, db)
			var e *clickhouse.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Code != c.code || e.Class != c.class {
				t.Errorf("got code %d, class %s, want %d, %s: %v", e.Code, e.Class, c.code, c.class, err)
			}
			if e.Permanent() != (c.class == clickhouse.ClassPermanent) || e.Unexplained() != (c.class == clickhouse.ClassUnknown) {
				t.Errorf("class %s: permanent %t, unexplained %t", c.class, e.Permanent(), e.Unexplained())
			}
		})
	}
}

func TestErrorsOfTheNetwork(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want clickhouse.Class
	}{
		{"end of stream", fmt.Errorf("read: %w", io.EOF), clickhouse.ClassRetry},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, clickhouse.ClassRetry},
		{"closed under us", &net.OpError{Op: "read", Err: net.ErrClosed}, clickhouse.ClassRetry},
		{"deadline", context.DeadlineExceeded, clickhouse.ClassRetry},
		{"pool used up", clickhousego.ErrAcquireConnTimeout, clickhouse.ClassRetry},
		{"killed", &clickhousego.Exception{Code: 394}, clickhouse.ClassRetry},
		{"same query id", &clickhousego.Exception{Code: 216}, clickhouse.ClassRetry},
		{"no such code", &clickhousego.Exception{Code: 30000}, clickhouse.ClassUnknown},
		{"anything", errors.New("?"), clickhouse.ClassUnknown},
	} {
		err := clickhouse.Explain("insert x", c.err)
		if got := clickhouse.ClassOf(err); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%s: the cause is lost", c.name)
		}
	}
	if err := clickhouse.Explain("insert x", nil); err != nil {
		t.Errorf("no error: got %v", err)
	}
}
