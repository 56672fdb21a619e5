package faults_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// leastHits is how often the long form must strike every step on every kind of broker.
const (
	leastHits  = 20
	longPoints = 500
)

// report prints how often each step and each fault came, and fails the long form where a step came too seldom.
func (j *journal) report(t *testing.T, points []point, took time.Duration) {
	var all []done
	for _, p := range points {
		if d, ok := j.known[p.hash()]; ok {
			all = append(all, d)
		}
	}
	text := j.text(all, len(points), took)
	fmt.Fprintln(os.Stderr, text)
	if *reportFlag != "" {
		if err := os.WriteFile(*reportFlag, []byte(text), 0o644); err != nil {
			t.Error(err)
		}
	}
	if len(points) < longPoints {
		return
	}
	for s, counts := range stepHits(all) {
		for i, n := range counts {
			if n < leastHits {
				t.Errorf("%q was struck %d times on %s, want at least %d", s, n, brokerKinds()[i], leastHits)
			}
		}
	}
}

func (j *journal) text(all []done, planned int, took time.Duration) string {
	var records int
	var peak int64
	var seconds float64
	for _, d := range all {
		records, peak, seconds = records+d.Records, max(peak, d.Peak), seconds+d.Seconds
	}
	var out strings.Builder
	fmt.Fprintf(&out, "Seed %d: %d of %d points are clean, %d records, the largest process had %d MB (bound %d). This run took %s, the points %s "+
		"one after the other, on %d cores (%s/%s).\n", j.seed, len(all), planned, records, peak>>20, memoryBound>>20, took.Round(time.Second),
		time.Duration(seconds*float64(time.Second)).Round(time.Second), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	table(&out, "step struck", stepHits(all))
	table(&out, "fault", faultCounts(all))
	table(&out, "topic", topicCounts(all))
	return out.String()
}

// counts are numbers by kind of broker.
type counts [3]int

func stepHits(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, k := range kinds() {
		if k.step != "" {
			out[string(k.step)] = counts{}
		}
	}
	for _, d := range all {
		for s, n := range d.Hits {
			c := out[string(s)]
			c[slices.Index(brokerKinds(), d.Broker)] += n
			out[string(s)] = c
		}
	}
	return out
}

func faultCounts(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, k := range kinds() {
		out[k.name] = counts{}
	}
	for _, d := range all {
		for _, f := range d.Faults {
			c := out[f.Kind]
			c[slices.Index(brokerKinds(), d.Broker)]++
			out[f.Kind] = c
		}
	}
	return out
}

func topicCounts(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, d := range all {
		c := out[string(d.Topic)]
		c[slices.Index(brokerKinds(), d.Broker)]++
		out[string(d.Topic)] = c
	}
	return out
}

func table(out *strings.Builder, head string, rows map[string]counts) {
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(out, "\n| %s |", head)
	for _, b := range brokerKinds() {
		fmt.Fprintf(out, " %s |", b)
	}
	out.WriteString("\n|---|--:|--:|--:|\n")
	for _, name := range names {
		fmt.Fprintf(out, "| %s | %d | %d | %d |\n", name, rows[name][0], rows[name][1], rows[name][2])
	}
}
