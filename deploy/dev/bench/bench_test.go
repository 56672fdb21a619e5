package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
)

// smallestEvents cost the engine more than the hundredth of a second in which processor time is counted.
const smallestEvents = 60_000

// smallest is the shortest run in which everybody takes part.
func smallest(t *testing.T) options {
	return options{events: smallestEvents, partitions: 2, runs: 1, compression: "lz4", only: "a,b,c,d", dir: t.TempDir(),
		latency: time.Second, timeout: 5 * time.Minute, tries: 1, variants: 2}
}

// TestBench lets every peer move a small topic. That all events arrived, once each, is checked by bench itself.
func TestBench(t *testing.T) {
	if ok, why := kafka.Available(); !ok {
		if os.Getenv("CI") != "" {
			t.Fatalf("real Kafka is not available: %s", why)
		}
		fmt.Fprintf(os.Stderr, "%s: not run: real Kafka is not available: %s\n", t.Name(), why)
		return
	}
	var out bytes.Buffer
	if err := bench(t.Context(), smallest(t), &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var r Report
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		t.Fatalf("last line: %v\n%s", err, &out)
	}
	if r.Events.Events != smallestEvents || r.Events.Bytes/r.Events.Events < 200 || r.Events.Bytes/r.Events.Events > 300 {
		t.Errorf("%d events of %d bytes in all: got another load than asked for", r.Events.Events, r.Events.Bytes)
	}
	early := false // on a busy machine most events may be there before the broker says that the group is
	for _, letter := range []string{"a", "b", "c", "d"} {
		m := r.Medians[letter]
		if m.Early > r.Events.Events/2 {
			t.Logf("peer %s moved %d events before the clock began, so its figures are too small to be checked", letter, m.Early)
			early = true
			continue
		}
		if len(r.Runs[letter]) != 1 || m.Rate <= 0 || m.EngineCPU <= 0 {
			t.Errorf("peer %s: got %+v", letter, r.Runs[letter])
		}
		if letter == "a" && (m.OwnCPU <= 0 || m.PeakMB <= 0 || m.Allocs <= 0 || !measured(r.Half)) {
			t.Errorf("peer a: got %+v, latency at half load %+v", m, r.Half)
		}
	}
	if !early && (len(r.Ratios) != 10 || len(r.Targets) != 8) {
		t.Errorf("got %d ratios and %d targets", len(r.Ratios), len(r.Targets))
	}
	if !measured(r.Fixed) || len(r.Stages) < len(stageNames) {
		t.Errorf("latency: got %+v, stages: %v", r.Fixed, r.Stages)
	}
	if tried, taken := count(r.Tried, "b"); tried != 2 || taken != 1 {
		t.Errorf("peer b: %d ways tried, %d taken", tried, taken)
	}
	if tried, taken := count(r.Tried, "c"); tried != len(atOnce) || taken != 1 {
		t.Errorf("peer c: %d ways tried, %d taken", tried, taken)
	}
}

// count returns how many ways to set a peer up were tried, and how many of them took part.
func count(all []Tried, letter string) (tried, taken int) {
	for _, t := range all {
		if t.Peer == letter {
			tried++
		}
		if t.Peer == letter && t.Taken {
			taken++
		}
	}
	return tried, taken
}

// measured reports whether a latency is there and can be: nothing is visible before it is appended, and of a second's events
// none is left out.
func measured(l *Latency) bool {
	return l != nil && l.Rate > 0 && l.Share > 0 && l.Kept == (l.Share >= keptShare) && float64(l.Events) >= 0.99*l.Paced &&
		0 <= l.Append50 && l.Append50 < l.P50 && l.P50 <= l.P99 && l.P99 <= l.Max && l.CPU > 0
}
