package turn_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func ruled(v event.Verdict) event.IncidentRuled { return event.IncidentRuled{Verdict: v, By: "boss"} }

func TestIncident(t *testing.T) {
	reported := event.IncidentReported{Agent: "li", Subjects: []string{"work-error"}, Serious: true, LossMinor: new(int64(9999))}
	for _, c := range []struct {
		name   string
		events func(l *log)
		upheld bool
		since  time.Duration // after noon; -1 is not ruled
	}{
		{"not ruled", func(*log) {}, false, -1},
		{"upheld", func(l *log) { l.add("v1", time.Hour, ruled(event.Upheld)) }, true, time.Hour},
		{"rejected", func(l *log) { l.add("v1", time.Hour, ruled(event.VerdictRejected)) }, false, time.Hour},
		{"upheld again", func(l *log) {
			l.add("v2", 2*time.Hour, ruled(event.Upheld))
			l.add("v1", time.Hour, ruled(event.Upheld))
		}, true, time.Hour},
		{"upheld, rejected, upheld", func(l *log) {
			l.add("v1", 1*time.Hour, ruled(event.Upheld))
			l.add("v2", 2*time.Hour, ruled(event.VerdictRejected))
			l.add("v3", 3*time.Hour, ruled(event.Upheld))
			l.add("v4", 4*time.Hour, ruled(event.Upheld))
		}, true, 3 * time.Hour},
		{"rejected on appeal", func(l *log) {
			l.add("v1", time.Hour, ruled(event.Upheld))
			l.add("v2", 2*time.Hour, ruled(event.VerdictRejected))
		}, false, 2 * time.Hour},
		{"the rejection taken back", func(l *log) {
			l.add("v1", time.Hour, ruled(event.Upheld))
			l.add("v2", 2*time.Hour, ruled(event.VerdictRejected))
			l.add("r", 3*time.Hour, back("v2"))
		}, true, time.Hour},
		{"at one time the one appended later", func(l *log) {
			l.add("v2", time.Hour, ruled(event.Upheld))
			l.add("v1", time.Hour, ruled(event.VerdictRejected))
		}, false, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l log
			c.events(&l)
			l.add("report", 0, reported)
			f, counts := turn.Fold(l)
			if len(f.Incidents) != 1 || counts.Unmatched != 0 {
				t.Fatalf("%d incidents, %+v", len(f.Incidents), counts)
			}
			i := f.Incidents[0]
			since := time.Duration(-1)
			if i.Ruling != nil {
				since = i.Ruling.Since.Sub(noon)
			}
			if i.Upheld() != c.upheld || since != c.since {
				t.Errorf("upheld %t since %s, want %t since %s", i.Upheld(), since, c.upheld, c.since)
			}
			if diff := cmp.Diff(i.IncidentReported, reported); diff != "" {
				t.Errorf("a ruling that says nothing else changed what was reported (-got, +want):\n%s", diff)
			}
		})
	}
}

// What the ruling says goes before what was reported, a false and a 0 included.
func TestRulingReplaces(t *testing.T) {
	var l log
	l.add("report", 0, event.IncidentReported{Agent: "li", Subjects: []string{"email"}, Serious: true, Reputation: true, LossMinor: new(int64(10000)), SameKind: "k"})
	l.add("first", time.Hour, event.IncidentRuled{Verdict: event.Upheld, By: "boss", Subjects: []string{"execution"}})
	l.add("last", 2*time.Hour, event.IncidentRuled{Verdict: event.Upheld, By: "boss", Serious: new(false), Reputation: new(false),
		LossMinor: new(int64(0)), FollowedUpInTime: new(true), Subjects: []string{"inquiry"}})
	f, _ := turn.Fold(l)
	i := f.Incidents[0]
	want := event.IncidentReported{Agent: "li", Subjects: []string{"inquiry"}, LossMinor: new(int64(0)), SameKind: "k"}
	if diff := cmp.Diff(i.IncidentReported, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	if i.FollowedUpInTime == nil || !*i.FollowedUpInTime || i.Ruling.ID != "last" {
		t.Errorf("followed up in time %v by ruling %q", i.FollowedUpInTime, i.Ruling.ID)
	}
}

func TestLatestReportStands(t *testing.T) {
	var l log
	l.add("second", time.Hour, event.IncidentReported{Agent: "wang"})
	l.add("later in the log", time.Hour, event.IncidentReported{Agent: "chen"})
	l.add("first", 0, event.IncidentReported{Agent: "li"})
	l.add("other", -time.Hour, event.IncidentReported{Agent: "zhao"}).Subject = "incident-2"
	f, _ := turn.Fold(l)
	if len(f.Incidents) != 2 || f.Incidents[0].Agent != "zhao" || f.Incidents[1].Agent != "chen" {
		t.Errorf("incidents %+v", f.Incidents)
	}
}

func TestRulingWithoutReport(t *testing.T) {
	var l log
	l.add("v1", 0, ruled(event.Upheld))
	l.add("v2", time.Hour, ruled(event.Upheld))
	f, counts := turn.Fold(l)
	if len(f.Incidents) != 0 || counts.Unmatched != 2 {
		t.Errorf("%d incidents, %d unmatched, want 0 and 2", len(f.Incidents), counts.Unmatched)
	}
}
