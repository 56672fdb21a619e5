package faults_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	//go:embed truth_events.sql
	truthEventsSQL string
	//go:embed truth_rejected.sql
	truthRejectedSQL string
)

// outcome is what became of an offset.
type outcome struct {
	identity string
	reason   event.Reason
}

// found is a row of one of the tables.
type found struct {
	outcome
	appended int64  // Unix milliseconds
	row      string // its columns as text, without key, value, reason and detail of a rejected one
	digest   digest // of key and value of a rejected one
}

// digest is of a record's key and value.
type digest [sha256.Size]byte

func digestOf(key, value []byte) digest {
	return sha256.Sum256(bytes.Join([][]byte{key, value}, []byte{0}))
}

// columns are the texts of a row of `events` that the record itself determines.
type columns struct {
	who  string // company, subject, source, id, type and version
	zone string // "" where the record names none: then it is the stream's
	time int64  // Unix milliseconds
	said string // agent to ext, and that it was not sent again
}

// columnsOf reads a valid record, by other means than the product.
func columnsOf(r *kgo.Record) columns {
	e := struct {
		ID, Source, Type, Subject, Zone string
		Time                            time.Time
		Data                            struct {
			Direction, Outcome, Agent, Team, Queue string
			WaitMS                                 *int64 `json:"wait_ms"`
			TalkMS                                 *int64 `json:"talk_ms"`
			WrapUpMS                               *int64 `json:"wrap_up_ms"`
			Priority                               *int64
		}
	}{}
	if err := json.Unmarshal(r.Value, &e); err != nil {
		panic(err) // it was made here
	}
	ext := ""
	if e.Data.Priority != nil {
		ext = fmt.Sprintf(`{"priority":%d}`, *e.Data.Priority)
	}
	return columns{
		who: fmt.Sprintf("express\t%s\t%s\t%s\t%s\t1", e.Subject, e.Source, e.ID, e.Type), zone: e.Zone, time: e.Time.UnixMilli(),
		said: fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", e.Data.Agent, e.Data.Team, e.Data.Queue, e.Data.Direction, e.Data.Outcome,
			textNumber(e.Data.WaitMS), textNumber(e.Data.TalkMS), textNumber(e.Data.WrapUpMS), ext),
	}
}

// textNumber is a number as ClickHouse writes it into tab-separated values, where NULL is \N.
func textNumber(n *int64) string {
	if n == nil {
		return `\N`
	}
	return strconv.FormatInt(*n, 10)
}

func textTime(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000") }

// in is the columns where the stream has this zone.
func (c columns) in(zone string) columns {
	c.zone = cmp.Or(c.zone, zone)
	return c
}

// differs says in what a row is not what the record, at this place and with this append time, must have become; "" if it is.
func (r *run) differs(s sent, at position, appended int64, f found) string {
	place := fmt.Sprintf("%s\t%d\t%d\t%d", r.spec.Topic, r.spec.Epoch, at.partition, at.offset)
	var may []string
	if f.reason != "" {
		may = []string{fmt.Sprintf("%s\texpress\t%s\t", place, textTime(appended))}
		if f.digest != s.digest {
			return "key or value are not those of the record"
		}
	} else {
		for _, zone := range r.zones.of(at) {
			c := s.columns.in(zone)
			may = append(may, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", c.who, c.zone, textTime(c.time), textTime(appended), place, c.said))
		}
	}
	if slices.Contains(may, f.row) {
		return ""
	}
	return fmt.Sprintf("got  %q\nwant %q", f.row, may)
}

// outcomes reads both tables, and complains of an offset that has two rows.
func (r *run) outcomes(t *testing.T) map[position]found {
	t.Helper()
	out := make(map[position]found)
	add := func(at position, f found) {
		if before, twice := out[at]; twice {
			t.Errorf("partition %d offset %d is there twice: %v and %v", at.partition, at.offset, before.outcome, f.outcome)
		}
		out[at] = f
	}
	r.each(t, truthEventsSQL, func(scan func(...any) error) error {
		var at position
		var f found
		err := scan(&at.partition, &at.offset, &f.appended, &f.identity, &f.row)
		add(at, f)
		return err
	})
	r.each(t, truthRejectedSQL, func(scan func(...any) error) error {
		var at position
		var f found
		var reason, detail string
		var key, value []byte
		err := scan(&at.partition, &at.offset, &f.appended, &reason, &detail, &key, &value, &f.row)
		f.reason, f.digest = event.Reason(reason), digestOf(key, value)
		if detail == "" {
			t.Errorf("partition %d offset %d was rejected as %s without a detail", at.partition, at.offset, reason)
		}
		add(at, f)
		return err
	})
	return out
}

// each calls row for every row of a query.
func (w *world) each(t *testing.T, sql string, row func(scan func(...any) error) error, args ...any) {
	t.Helper()
	rows, err := w.conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
