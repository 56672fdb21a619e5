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

// smallest is the shortest run in which everybody takes part.
func smallest(t *testing.T) options {
	return options{events: 20_000, partitions: 2, runs: 1, compression: "lz4", only: "a,b,c", dir: t.TempDir(),
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
	if r.Events.Events != 20_000 || r.Events.Bytes/r.Events.Events < 200 || r.Events.Bytes/r.Events.Events > 300 {
		t.Errorf("%d events of %d bytes in all: got another load than asked for", r.Events.Events, r.Events.Bytes)
	}
	for _, letter := range []string{"a", "b", "c"} {
		m := r.Medians[letter]
		if m.Early == r.Events.Events {
			continue // on a busy machine few events may be there before the broker says that the group is
		}
		if len(r.Runs[letter]) != 1 || m.Rate <= 0 || m.EngineCPU <= 0 {
			t.Errorf("peer %s: got %+v", letter, r.Runs[letter])
		}
	}
	if a := r.Medians["a"]; a.OwnCPU <= 0 || a.PeakMB <= 0 || a.Allocs <= 0 {
		t.Errorf("peer a: got %+v", a)
	}
	if r.Half == nil || r.Fixed == nil || r.Fixed.Events <= 0 || r.Fixed.P50 > r.Fixed.P99 {
		t.Errorf("latency: got %+v and %+v", r.Half, r.Fixed)
	}
	if len(r.Ratios) == 0 || len(r.Targets) < 5 || len(r.Stages) < len(stageNames) {
		t.Errorf("got %d ratios, %d targets, %d stages", len(r.Ratios), len(r.Targets), len(r.Stages))
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
