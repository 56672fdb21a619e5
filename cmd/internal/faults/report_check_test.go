package faults_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// playedAs is a journal of a run in which all points are clean. If it is the long form, every step was struck just often
// enough, all in the first point of each kind of broker, and every reason came once.
func playedAs(points []point) *journal {
	j := &journal{known: make(map[string]done), failed: make(map[string]bool), missed: make(map[string]string)}
	for i, p := range points {
		d := done{Broker: p.Broker}
		if i < len(brokerKinds()) {
			d.Hits = make(map[step]int)
			for name := range stepHits(nil) {
				d.Hits[step(name)] = leastHits
			}
		}
		if i == 0 {
			d.Produced, d.Rejected = make(map[event.Reason]int), make(map[event.Reason]int)
			for _, reason := range event.Reasons() {
				d.Produced[reason], d.Rejected[reason] = 1, 1
			}
		}
		j.known[p.hash()] = d
	}
	return j
}

// unplayed takes points out of a journal; if why is not "" that is the reason.
func (j *journal) unplayed(points []point, why string) {
	for _, p := range points {
		delete(j.known, p.hash())
		if why != "" {
			j.missed[p.hash()] = why
		}
	}
}

// TestComplaints has a run lack one thing after the other.
func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name     string
		points   int
		leaveOut bool
		lack     func(j *journal, points []point)
		want     []string // part of each complaint
	}{
		{"nothing", longPoints, false, func(*journal, []point) {}, nil},
		{"nothing in the short form", 30, false, func(*journal, []point) {}, nil},
		{"a step struck 19 times", longPoints, false, func(j *journal, points []point) {
			j.known[points[1].hash()].Hits[stepCancel]--
		}, []string{`"cancel inserts" was struck 19 times on apache-1, want at least 20`}},
		{"a step never struck on a broker", longPoints, false, func(j *journal, points []point) {
			delete(j.known[points[2].hash()].Hits, stepBisect.again())
		}, []string{`"bisect, recovering" was struck 0 times on apache-3`}},
		{"the short form counts no steps", 30, false, func(j *journal, points []point) {
			clear(j.known[points[0].hash()].Hits)
		}, nil},
		{"a reason never produced", longPoints, false, func(j *journal, points []point) {
			delete(j.known[points[0].hash()].Produced, event.WrongKey)
		}, []string{"0 records were produced that are wrong_key, and 1 were rejected for it"}},
		{"a reason never given", longPoints, false, func(j *journal, points []point) {
			delete(j.known[points[0].hash()].Rejected, event.Refused)
		}, []string{"1 records were produced that are refused, and 0 were rejected for it"}},
		{"a point, without a word", 30, true, func(j *journal, points []point) { j.unplayed(points[29:], "") },
			[]string{"1 of 30 points were not played, and none of them says why"}},
		{"points that cannot be played", 30, false, func(j *journal, points []point) { j.unplayed(points[25:], "no disk") },
			[]string{"5 points were NOT PLAYED: no disk; where CI is not set, DESKPULSE_FAULTS_LEAVE_OUT=1"}},
		{"as many as may be left out", 30, true, func(j *journal, points []point) { j.unplayed(points[25:], "no disk") }, nil},
		{"one more", 30, true, func(j *journal, points []point) { j.unplayed(points[24:], "no disk") },
			[]string{"24 of 30 points were played, want at least 25"}},
		{"a point that failed was played", 30, false, func(j *journal, points []point) {
			j.unplayed(points[:10], "")
			for _, p := range points[:10] {
				j.fail(p)
			}
		}, nil},
		{"some of few points", 10, true, func(j *journal, points []point) { j.unplayed(points[3:], "no Kafka") }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			points := plan(1, c.points)
			j := playedAs(points)
			c.lack(j, points)
			got := j.complaints(points, c.leaveOut)
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("got %q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

// TestLeavingOutIsAskedFor wants points to be left out only where somebody has asked for it, and never where CI is set.
func TestLeavingOutIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		leaveOut, ci string
		want         bool
	}{{"", "", false}, {"1", "", true}, {"1", "1", false}, {"", "1", false}} {
		t.Setenv(leaveOutVariable, c.leaveOut)
		t.Setenv("CI", c.ci)
		if got := mayLeaveOut(); got != c.want {
			t.Errorf("with %s=%q and CI=%q: got %t, want %t", leaveOutVariable, c.leaveOut, c.ci, got, c.want)
		}
	}
}
