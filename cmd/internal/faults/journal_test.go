package faults_test

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// done is a point that was played and found clean.
type done struct {
	Build    build
	Seed     uint64
	Index    int
	Plan     string // hash of the point: with other faults it is another one
	Large    bool
	Broker   brokerKind
	Topic    topicKind
	Faults   []planned
	Hits     map[step]int
	Records  int
	Produced map[event.Reason]int // invalid records in the topic, by why
	Rejected map[event.Reason]int // what was rejected, by why
	Peak     int64                // bytes of the largest process
	Seconds  float64
}

// journal remembers the points that are done, in a file if it has one.
type journal struct {
	seed  uint64
	build build // of this process

	mu     sync.Mutex // guards what follows
	file   *os.File
	known  map[string]done   // by hash of the point
	fresh  int               // how many of them were played by this process
	failed map[string]bool   // by hash: played and not clean
	missed map[string]string // by hash: why it was not played
}

// openJournal reads what an earlier run of the same build has done with the same seed. A file of another build is refused:
// the table would say of one build what was found out about two.
func openJournal(t *testing.T, path string, seed uint64) *journal {
	t.Helper()
	j := &journal{seed: seed, known: make(map[string]done), failed: make(map[string]bool), missed: make(map[string]string)}
	if path == "" {
		return j
	}
	j.build = thisBuild(t)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	j.file = file
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var d done
		if json.Unmarshal(lines.Bytes(), &d) != nil { // a line that was cut short is a point to play again
			continue
		}
		if d.Build != j.build {
			t.Fatalf("%s has points of another build (%v) than this one (%v): name a new state file", path, d.Build, j.build)
		}
		if d.Seed == seed {
			j.known[d.Plan] = d
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return j
}

func (j *journal) has(p point) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.known[p.hash()]
	return ok
}

// miss notes that a point is not played, and why.
func (j *journal) miss(p point, why string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.missed[p.hash()] = why
}

// fail notes that a point was played and is not clean; a later run plays it again.
func (j *journal) fail(p point) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failed[p.hash()] = true
}

// add notes that a point is clean.
func (j *journal) add(t *testing.T, r *run, took time.Duration) {
	t.Helper()
	d := done{Build: j.build, Seed: j.seed, Index: r.point.Index, Plan: r.point.hash(), Large: r.point.Large, Broker: r.point.Broker, Topic: r.point.Topic,
		Faults: r.point.Faults, Hits: r.hits, Records: r.load.count(), Produced: r.produced, Rejected: r.rejected, Peak: r.peak,
		Seconds: took.Seconds()}
	line, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.known[d.Plan] = d
	j.fresh++
	if j.file == nil {
		return
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}
