package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// leastHits is how often the long form must strike every step on every kind of broker; leastPlayed is how many points must
// be played of a plan that has so many, whatever may be left out.
const (
	leastHits   = 20
	longPoints  = 500
	leastPlayed = 25
)

// report prints how often each step and each fault came, and complains of what the points together lack. The file gets the
// table of all points too.
func (j *journal) report(t *testing.T, points []point, took time.Duration) {
	if j.build == (build{}) {
		j.build = thisBuild(t)
	}
	text := j.head(t, points, took) + j.tables(points)
	fmt.Fprintln(os.Stderr, text)
	if *reportFlag != "" {
		if err := os.WriteFile(*reportFlag, []byte(text+j.pointTable(points)), 0o644); err != nil {
			t.Error(err)
		}
	}
	for _, c := range j.complaints(points, mayLeaveOut()) {
		t.Error(c)
	}
}

// complaints are what the points together lack, beside the faults of each: a point that was not played, unless it cannot be
// on this machine and may be left out; and in the long form a step that was struck too seldom and a reason to reject a record
// that never came.
func (j *journal) complaints(points []point, leaveOut bool) (out []string) {
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	played, silent := 0, 0
	for _, p := range points {
		hash := p.hash()
		_, clean := j.known[hash]
		_, missed := j.missed[hash]
		switch {
		case clean || j.failed[hash]:
			played++
		case !missed:
			silent++
		}
	}
	if silent > 0 {
		complain("%d of %d points were not played, and none of them says why", silent, len(points))
	}
	if missed := j.notPlayed(); !leaveOut {
		for _, why := range slices.Sorted(maps.Keys(missed)) {
			complain("%d points were NOT PLAYED: %s; where CI is not set, %s=1 lets them be left out", missed[why], why, leaveOutVariable)
		}
	}
	if len(points) >= leastPlayed && played < leastPlayed {
		complain("%d of %d points were played, want at least %d", played, len(points), leastPlayed)
	}
	if len(points) >= longPoints {
		out = append(out, lacks(j.clean(points))...)
	}
	return out
}

// lacks are the steps that were struck too seldom for the long form, and the reasons that never came.
func lacks(all []done) (out []string) {
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	hits := stepHits(all)
	for _, s := range slices.Sorted(maps.Keys(hits)) {
		for i, n := range hits[s] {
			if n < leastHits {
				complain("%q was struck %d times on %s, want at least %d", s, n, brokerKinds()[i], leastHits)
			}
		}
	}
	produced, rejected := poisonCounts(all)
	for _, reason := range event.Reasons() {
		if produced[reason].sum() == 0 || rejected[reason].sum() == 0 {
			complain("%d records were produced that are %s, and %d were rejected for it: want some", produced[reason].sum(), reason, rejected[reason].sum())
		}
	}
	return out
}

// clean are the points that were found so, in the plan's order.
func (j *journal) clean(points []point) (all []done) {
	for _, p := range points {
		if d, ok := j.known[p.hash()]; ok {
			all = append(all, d)
		}
	}
	return all
}

// head says what was played, of which build, how and where.
func (j *journal) head(t *testing.T, points []point, took time.Duration) string {
	var records, rejected int
	var seconds float64
	peaks := make(map[bool]int64) // of points that are large, and of the others
	all := j.clean(points)
	for _, d := range all {
		records, peaks[d.Large], seconds = records+d.Records, max(peaks[d.Large], d.Peak), seconds+d.Seconds
		for _, n := range d.Rejected {
			rejected += n
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "Seed %d: %d of %d points are clean", j.seed, len(all), len(points))
	if len(j.failed) > 0 {
		fmt.Fprintf(&out, ", %d FAILED", len(j.failed))
	}
	fmt.Fprintf(&out, "; %d records, %d of them rejected; the largest process had %d MB (bound %d), in large points %d MB (bound %d). "+
		"The points took %s one after the other; this run played %d of them in %s.\n", records, rejected, peaks[false]>>20, memoryBound>>20, peaks[true]>>20, largeMemory>>20,
		duration(seconds), j.fresh, took.Round(time.Second))
	missed := j.notPlayed()
	for _, why := range slices.Sorted(maps.Keys(missed)) {
		fmt.Fprintf(&out, "\n**NOT PLAYED: %d points. %s.**\n", missed[why], why)
	}
	fmt.Fprintf(&out, "\n- build: %s, revision %s\n- command: `make test-faults SEED=%d POINTS=%d PARALLEL=%s`\n- machine: %s\n",
		j.build, revision(), j.seed, len(points), flag.Lookup("test.parallel").Value, machine(t))
	return out.String()
}

// notPlayed counts the points that were not played, by why.
func (j *journal) notPlayed() map[string]int {
	out := make(map[string]int)
	for _, why := range j.missed {
		out[why]++
	}
	return out
}

func duration(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second)).Round(time.Second)
}
