package clickhouse_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// strangeRows are rows with everything in them that a column may hold.
func strangeRows(n int) []event.Row {
	rows := make([]event.Row, n)
	for i := range rows {
		r := rowAt(int64(i))
		r.Subject = fmt.Sprintf("李\t'%d\\", i/3)
		r.ID = strings.Repeat("x", i%300) + fmt.Sprint(i)
		r.Text[event.TextAgent] = fmt.Sprint("agent ", i*7919)
		r.Text[event.TextQueue] = []string{"", "mail"}[i%2]
		r.Number[event.NumberWrapUpMS] = event.NullInt64{Value: -int64(i), Valid: i%2 == 0}
		if i%2 > 0 {
			r.Number[event.NumberWrapUpMS] = event.NullInt64{}
		}
		switch i % 4 {
		case 1:
			r.Ext = `{"customer":"李娜\n"}`
		case 2:
			r.Ext = `{"customer":"c-1"}`
		case 3:
			r.Ext = `{"anomalies":["` + strings.Repeat("long ", i%5) + `"]}`
		}
		rows[i] = r
	}
	if n > 100 {
		rows[100].Ext = `{"anomalies":["` + strings.Repeat("longer than the buffer ", 20_000) + `"]}`
	}
	return rows
}

// What is read is what was inserted, whatever it is, with and without compression.
func TestSubjectsGivesBackWhatWasInserted(t *testing.T) {
	store, db := migrated(t)
	rows := strangeRows(3000)
	for i := range rows { // several parts, so that the server has to merge them
		b := &event.Batch{Partition: main0, Range: event.Range{First: int64(i), Last: int64(i)}}
		if i%1000 > 0 {
			continue
		}
		b.Range.Last, b.Rows = int64(i)+999, event.RowsOf(rows[i:i+1000]...)
		apply(t, store, b)
	}
	slices.SortFunc(rows, func(a, b event.Row) int {
		return strings.Compare(fmt.Sprintf("%s\x00%020d\x00%s\x00%s", a.Subject, a.Time, a.Source, a.ID), fmt.Sprintf("%s\x00%020d\x00%s\x00%s", b.Subject, b.Time, b.Source, b.ID))
	})
	for _, compression := range []clickhouse.Compression{clickhouse.CompressionNone, clickhouse.CompressionLZ4} {
		t.Run(string(compression), func(t *testing.T) {
			cfg := config(db)
			cfg.Compression = compression
			checkSubjects(t, open(t, cfg), clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: began.AddDate(0, -1, 0), To: began.AddDate(0, 1, 0)}, rows)
			named := clickhouse.Query{Company: "express", Subjects: []string{"none", rows[0].Subject, rows[1000].Subject}}
			checkSubjects(t, open(t, cfg), named, slices.DeleteFunc(slices.Clone(rows), func(r event.Row) bool { return !slices.Contains(named.Subjects, r.Subject) }))
		})
	}
}

func checkSubjects(t *testing.T, store *clickhouse.Store, q clickhouse.Query, want []event.Row) {
	t.Helper()
	for events, err := range store.Subjects(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range events {
			if len(want) == 0 {
				t.Fatalf("%s of %q: not wanted", got.ID, got.Subject)
			}
			row := want[0]
			want = want[1:]
			e, err := row.Event(main0)
			if err != nil {
				t.Fatal(err)
			}
			if content := row.AppendContent(nil); !bytes.Equal(got.Content, content) {
				t.Fatalf("%s: content %.100q, want %.100q", got.ID, got.Content, content)
			}
			got.Content = nil
			if diff := cmp.Diff(got, e); diff != "" {
				t.Fatalf("(-got, +want):\n%s", diff)
			}
		}
		_ = append(events, event.Event{}) // as whoever adds to a subject does
		clear(events)
	}
	if len(want) > 0 {
		t.Errorf("%d rows are missing, the first is %q of %q", len(want), want[0].ID, want[0].Subject)
	}
}

func TestSubjectsEndsWithItsContext(t *testing.T) {
	store, _ := migrated(t)
	apply(t, store, batchOf(main0, event.Range{First: 0, Last: 99_999}))
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: began.AddDate(0, -1, 0), To: began.AddDate(0, 1, 0)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	subjects := 0
	var last error
	for _, err := range store.Subjects(ctx, query) {
		if last != nil {
			t.Fatalf("after the error %v there came more", last)
		}
		if subjects++; subjects == 10 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || clickhouse.ClassOf(last) != clickhouse.ClassRetry {
		t.Errorf("got %v after %d subjects, want that it was cancelled", last, subjects)
	}
	for _, err := range store.Subjects(ctx, query) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was cancelled before", err)
		}
	}
}

func TestSubjectsExplainsWhyItCannotConnect(t *testing.T) {
	_, db := migrated(t)
	for _, c := range []struct {
		name   string
		change func(*clickhouse.Config)
		code   int
	}{
		{"password", func(c *clickhouse.Config) { c.Password = secret.Text("wrong") }, 516},
		{"database", func(c *clickhouse.Config) { c.Database = "nowhere" }, 81},
		{"nobody there", func(c *clickhouse.Config) { c.Addresses = []string{"127.0.0.1:1", "127.0.0.1:2"} }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config(db)
			c.change(&cfg)
			store, err := clickhouse.Open(cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			want := clickhouse.ClassOf(store.Ping(t.Context()))
			var explained *clickhouse.Error
			for _, err = range store.Subjects(t.Context(), clickhouse.Query{Company: "express", Types: []string{"call.ended"}}) {
			}
			if !errors.As(err, &explained) || explained.Class != want || explained.Code != c.code {
				t.Errorf("got %v, want class %s, as a ping says, and code %d", err, want, c.code)
			}
		})
	}
}

func TestSubjectsTriesEveryAddress(t *testing.T) {
	_, db := migrated(t)
	cfg := config(db)
	cfg.Addresses = append([]string{"127.0.0.1:1"}, cfg.Addresses...)
	for _, err := range open(t, cfg).Subjects(t.Context(), clickhouse.Query{Company: "express", Types: []string{"call.ended"}}) {
		t.Errorf("got %v, want nothing", err)
	}
}

// Blocks are read as ch-go writes them.
func TestReadEventBlock(t *testing.T) {
	for _, width := range []proto.CardinalityKey{proto.KeyUInt8, proto.KeyUInt16, proto.KeyUInt32} {
		rows := strangeRows(200)
		got, places, err := clickhouse.ReadEventBlock(clickhouse.WriteEventBlock(rows, main0, width), false)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, rows); diff != "" {
			t.Errorf("rows (-got, +want):\n%s", diff)
		}
		if places[0] != main0 || places[199] != main0 {
			t.Errorf("got partitions %v and %v, want %v", places[0], places[199], main0)
		}
	}
}

func FuzzReadEventBlock(f *testing.F) {
	for _, n := range []int{0, 1, 5} {
		f.Add(clickhouse.WriteEventBlock(strangeRows(n), main0, proto.KeyUInt8), false)
		f.Add(clickhouse.WriteEventBlock(strangeRows(n), main0, proto.KeyUInt16), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, compressed bool) {
		before := time.Now()
		rows, places, err := clickhouse.ReadEventBlock(raw, compressed)
		if err == nil && len(rows) != len(places) {
			t.Errorf("%d rows, %d places", len(rows), len(places))
		}
		if took := time.Since(before); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// However the ids are cut into ranges, what is read is the same.
func TestSubjectsInChunks(t *testing.T) {
	store, db := migrated(t)
	for i := range int64(3) {
		apply(t, store, batchOf(main0, event.Range{First: i * 50_000, Last: i*50_000 + 49_999}))
	}
	other := call("conversation-0002500", "x", began)
	other.Company = "rival"
	apply(t, store, &event.Batch{Partition: event.Partition{Stream: "rivals"}, Range: event.Range{}, Rows: event.RowsOf(other)})
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: began, To: began.AddDate(0, 1, 0)}
	read := func(rows int64) (ids []string, chunks int) {
		t.Helper()
		subjects, chunks, err := clickhouse.SubjectsInChunks(t.Context(), store, query, rows)
		if err != nil {
			t.Fatal(err)
		}
		for events, err := range subjects {
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				ids = append(ids, e.Subject+" "+e.ID)
			}
		}
		return ids, chunks
	}
	whole, one := read(1 << 40)
	cut, many := read(1)
	if one != 1 || many < 10 {
		t.Errorf("got %d ranges and %d, want 1 and more than 10", one, many)
	}
	if want := count(t, db, `SELECT count() FROM events WHERE company = 'express' AND conversation_id IN
		(SELECT conversation_id FROM events WHERE company = 'express' AND occurred_at >= ?)`, began); uint64(len(whole)) != want {
		t.Errorf("got %d events, want %d", len(whole), want)
	}
	if !slices.Equal(whole, cut) {
		t.Errorf("read as a whole %d events, in %d ranges %d", len(whole), many, len(cut))
	}
	if !slices.IsSortedFunc(whole, func(a, b string) int { return strings.Compare(strings.Fields(a)[0], strings.Fields(b)[0]) }) {
		t.Error("subjects are not in order")
	}
}
