package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
)

// cutClickHouse cuts the connection of one insert: before the server has heard of it, when it has the statement, when it
// has some of the rows, or when it has them all and its answer is on the way. The client cannot tell these apart.
type cutClickHouse struct {
	table string
	when  proxy.Moment
	bytes int
	proxy *proxy.Proxy
}

func clickHouseCuts() []kind {
	var out []kind
	for _, when := range []proxy.Moment{proxy.Before, proxy.Sent, proxy.During, proxy.Answered} {
		out = append(out, kind{name: fmt.Sprintf("cut ClickHouse %s an insert", cutWords(when)), weight: 3,
			make: func(rng *rand.Rand) fault {
				return &cutClickHouse{table: drawn(rng, "events", "events", "rejected", "batches"), when: when, bytes: 1 + rng.IntN(100)}
			}})
	}
	return out
}

// drawn is one of several values.
func drawn[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

func cutWords(when proxy.Moment) string {
	switch when {
	case proxy.Before:
		return "before"
	case proxy.Sent:
		return "at the head of"
	case proxy.During:
		return "during"
	default:
		return "after"
	}
}

func (f *cutClickHouse) prepare(t *testing.T, r *run) {
	f.proxy = clickHouseProxy(t, r)
	if r.point.Large { // the other tables' inserts are small even there
		f.table = "events"
	}
}

func (f *cutClickHouse) strike(t *testing.T, r *run) {
	var found string
	done := f.proxy.At(insertInto(f.table, f.when, r.depth(f.table, f.bytes, 100)), func(statement []byte) {
		id, err := queryID(statement, f.table)
		if err == nil && f.when == proxy.Answered {
			err = r.awaitRows(f.table, id)
		}
		if found = id.text; err != nil {
			t.Errorf("cut %s the insert into %s: %v", cutWords(f.when), f.table, err)
		}
	})
	await(t, done, "an insert into "+f.table+" through the proxy")
	t.Logf("cut %s %s", cutWords(f.when), found)
}

// clickHouseProxy puts a proxy between every process started from now on and ClickHouse.
func clickHouseProxy(t *testing.T, r *run) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(r.spec.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	r.spec.ClickHouse = p.Addr()
	return p
}

func insertInto(table string, when proxy.Moment, bytes int) proxy.Point {
	return proxy.Point{Text: "INSERT INTO " + table + " (", Nth: 1, When: when, Bytes: bytes}
}

// await waits until what was waited for in a proxy has happened.
func await(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("the fault did not strike: no %s in %s", what, patience)
	}
}

// insertID is what the id of an insert says.
type insertID struct {
	text             string
	epoch, partition int64
	first, last      int64
}

var insertIDs = regexp.MustCompile(`([A-Za-z0-9_]+)/(\d+)/(\d+)/(\d+)-(\d+)/([a-z]+)`)

// queryID reads the id of an insert from its statement.
func queryID(statement []byte, table string) (insertID, error) {
	m := insertIDs.FindSubmatch(statement)
	if m == nil || string(m[6]) != table {
		return insertID{}, fmt.Errorf("no query id in %.200q", statement)
	}
	var n [4]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(string(m[i+2]), 10, 64); err != nil {
			return insertID{}, err
		}
	}
	return insertID{string(m[0]), n[0], n[1], n[2], n[3]}, nil
}

// awaitRows waits until rows of an insert can be seen, asked past every proxy.
func (r *run) awaitRows(table string, id insertID) error {
	query := "SELECT toInt64(count()) FROM " + table + " WHERE stream = ? AND epoch = ? AND partition = ? AND "
	if table == "batches" {
		query += "first = ? AND last = ?"
	} else {
		query += "offset BETWEEN ? AND ?"
	}
	deadline := time.Now().Add(5 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int64
		err := r.conn.QueryRow(context.Background(), query, r.spec.Topic, id.epoch, id.partition, id.first, id.last).Scan(&n)
		if err == nil && n > 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no rows of %s are there when the server has answered: %w", id.text, err)
		}
		<-tick.C
	}
}
