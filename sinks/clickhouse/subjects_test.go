package clickhouse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// rowsOf writes rows of one subject each: subject, hours after the beginning, type.
func rowsOf(rows ...event.Row) *event.Batch {
	b := &event.Batch{Partition: main0, Range: event.Range{First: 0, Last: int64(len(rows)) - 1}}
	for i, r := range rows {
		r.Offset, r.Version, r.Source = int64(i), 1, "pbx"
		if r.Company == "" {
			r.Company = "express"
		}
		b.Rows.Add(&r)
	}
	return b
}

func call(subject, id string, at time.Time) event.Row {
	r := event.Row{Subject: subject, ID: id, Type: "call.ended", Time: at.UnixMilli()}
	r.Text[event.TextDirection], r.Text[event.TextOutcome] = "inbound", "answered"
	return r
}

func TestSubjectsGivesWholeSubjects(t *testing.T) {
	store, _ := migrated(t)
	other := call("c", "9", began)
	other.Company = "rival"
	apply(t, store, rowsOf(
		call("b", "2", began.Add(time.Hour)),
		call("b", "1", began.AddDate(0, -3, 0)), // before the time asked for, in another month
		call("b", "2", began.Add(time.Hour)),    // a repeated copy
		call("a'\\\t", "3", began),
		call("d", "4", began.Add(-time.Millisecond)), // just before
		call("e", "5", began.Add(2*time.Hour)),       // just not within
		other,
	))
	var got [][]string
	for events, err := range store.Subjects(t.Context(), clickhouse.Query{
		Company: "express", Types: []string{"call.ended", "it's"}, From: began, To: began.Add(2 * time.Hour),
	}) {
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, e := range events {
			if _, ok := e.Data.(event.CallEnded); !ok || e.Position.Partition != main0 {
				t.Errorf("got %+v", e)
			}
			ids = append(ids, e.Subject+"/"+e.ID)
		}
		got = append(got, ids)
	}
	want := [][]string{{"a'\\\t/3"}, {"b/1", "b/2", "b/2"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("subjects (-got, +want):\n%s", diff)
	}
}

// A subject may be chosen by one of several types and times, each with its own: it comes once, and whole.
func TestSubjectsOfSeveralTimes(t *testing.T) {
	store, _ := migrated(t)
	idle := func(subject, id string, at time.Time) event.Row {
		r := event.Row{Subject: subject, ID: id, Type: "agent.presence", Time: at.UnixMilli()}
		r.Text[event.TextOutcome] = "idle"
		return r
	}
	apply(t, store, rowsOf(
		call("a", "1", began), idle("a", "2", began.Add(-time.Hour)), // by both
		call("b", "3", began.Add(-time.Hour)), // a call too early, though presence would count
		idle("c", "4", began.Add(-time.Hour)), // by the second
		call("d", "5", began.Add(time.Hour)),  // by the first
		idle("e", "6", began.AddDate(0, 0, -2)),
	))
	var got []string
	for events, err := range store.Subjects(t.Context(), clickhouse.Query{
		Company: "express", Types: []string{"call.ended"}, From: began, To: began.AddDate(0, 0, 1),
		Or: []clickhouse.When{
			{Types: []string{"agent.presence"}, From: began.AddDate(0, 0, -1), To: began.AddDate(0, 0, 1)},
			{Types: []string{"incident.reported"}, From: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
	}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			got = append(got, e.Subject+"/"+e.ID)
		}
	}
	if diff := cmp.Diff(got, []string{"a/2", "a/1", "c/4", "d/5"}); diff != "" {
		t.Errorf("subjects (-got, +want):\n%s", diff)
	}
}

func TestSubjectsStopsEarly(t *testing.T) {
	store, _ := migrated(t)
	if err := store.InsertEvents(t.Context(), batchOf(main0, event.Range{First: 0, Last: 49_999}), 0); err != nil {
		t.Fatal(err)
	}
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: began.AddDate(0, -1, 0), To: began.AddDate(0, 1, 0)}
	for _, err := range store.Subjects(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	subjects, events := 0, 0
	for e, err := range store.Subjects(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		subjects++
		events += len(e)
	}
	if subjects != 4950 || events != 49_500 {
		t.Errorf("got %d subjects with %d events, want 4950 with 49500", subjects, events)
	}
}

func TestSubjectsReportsErrors(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "DROP TABLE events SYNC")
	errs := 0
	for _, err := range store.Subjects(t.Context(), clickhouse.Query{Company: "express", Types: []string{"call.ended"}}) {
		if clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
			t.Errorf("got %v, want a permanent error", err)
		}
		errs++
	}
	if errs != 1 {
		t.Errorf("got %d errors, want 1", errs)
	}
}
