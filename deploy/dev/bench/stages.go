package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/pprof/profile"
)

// stageNames are the values of the label "stage" that ingest gives its work, in the order of an event's way. What has
// no label is the rest: collecting memory, the group's heartbeats, metrics, starting.
var stageNames = []string{"fetch", "decode", "encode", "send", "other"}

// profiled lets ingest move the topic once more, under a processor profile, and returns which share of its processor time
// each stage took. A profile costs a little, so that turn is not among the others.
func (w *world) profiled(ctx context.Context) (shares map[string]float64, err error) {
	path := w.o.profile
	if path == "" {
		path = filepath.Join(w.dir, "ingest.prof")
	}
	if err := w.turn(ctx, deskpulse{profile: path}, "bench_profile", w.load, func(*turn) error { return nil }); err != nil {
		return nil, err
	}
	return stagesOf(path)
}

// stagesOf reads the shares from a profile.
func stagesOf(path string) (map[string]float64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, err := profile.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("read profile %q: %w", path, err)
	}
	shares, total := map[string]float64{}, 0.0
	for _, name := range stageNames {
		shares[name] = 0
	}
	for _, sample := range p.Sample {
		name := "other"
		if label := sample.Label["stage"]; len(label) > 0 {
			name = label[0]
		}
		took := float64(sample.Value[len(sample.Value)-1]) // nanoseconds; the value before it is the count
		shares[name] += took
		total += took
	}
	for name := range shares {
		shares[name] /= max(total, 1)
	}
	return shares, nil
}
