package faults_test

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"
	"testing"
	"time"
)

// done is a point that was played and found clean.
type done struct {
	Seed    uint64
	Index   int
	Plan    string // hash of the point: with other faults it is another one
	Broker  brokerKind
	Topic   topicKind
	Faults  []planned
	Hits    map[step]int
	Records int
	Peak    int64 // bytes of the largest process
	Seconds float64
}

// journal remembers the points that are done, in a file if it has one.
type journal struct {
	seed uint64

	mu    sync.Mutex // guards what follows
	file  *os.File
	known map[string]done // by hash
}

// openJournal reads what an earlier run has done with the same seed.
func openJournal(t *testing.T, path string, seed uint64) *journal {
	t.Helper()
	j := &journal{seed: seed, known: make(map[string]done)}
	if path == "" {
		return j
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	j.file = file
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var d done
		if json.Unmarshal(lines.Bytes(), &d) == nil && d.Seed == seed { // a line that was cut short is a point to play again
			j.known[d.Plan] = d
		}
	}
	return j
}

func (j *journal) has(p point) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.known[p.hash()]
	return ok
}

func (j *journal) add(t *testing.T, r *run, took time.Duration) {
	t.Helper()
	d := done{Seed: j.seed, Index: r.point.Index, Plan: r.point.hash(), Broker: r.point.Broker, Topic: r.point.Topic,
		Faults: r.point.Faults, Hits: r.hits, Records: r.load.count(), Peak: r.peak, Seconds: took.Seconds()}
	line, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.known[d.Plan] = d
	if j.file == nil {
		return
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}
