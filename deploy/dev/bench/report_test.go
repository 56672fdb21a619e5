package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/pprof/profile"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		name string
		all  []float64
		want float64
	}{
		{"none", nil, 0},
		{"one", []float64{3}, 3},
		{"odd", []float64{9, 1, 5}, 5},
		{"even", []float64{4, 1, 9, 2}, 3},
	} {
		if got := median(test.all); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestPlain(t *testing.T) {
	value := `{"id":"1","dataschema":"urn:deskpulse:call.ended:1","zone":"Asia/Shanghai","data":{}}`
	if diff := cmp.Diff(string(plain([]byte(value))), `{"id":"1","data":{}}`); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
}

func TestStages(t *testing.T) {
	sample := func(stage string, ns int64) *profile.Sample {
		s := &profile.Sample{Value: []int64{1, ns}}
		if stage != "" {
			s.Label = map[string][]string{"stage": {stage}}
		}
		return s
	}
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		Sample:     []*profile.Sample{sample("decode", 50), sample("fetch", 10), sample("decode", 20), sample("", 20)},
	}
	var raw strings.Builder
	if err := p.Write(&raw); err != nil {
		t.Fatal(err)
	}
	got, err := stagesOf(write(t, raw.String()))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"fetch": 0.1, "decode": 0.7, "encode": 0, "send": 0, "other": 0.2}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
}

// write writes a file and returns its path.
func write(t *testing.T, content string) string {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTargets(t *testing.T) {
	r := &Report{Runs: map[string][]Turn{
		"a": {{Rate: 900_000, OwnCPU: 0.8, PeakMB: 301, Allocs: 0.01}},
		"b": {{Rate: 100_000}}, "d": {{Rate: 150_000}},
	}, Medians: map[string]Turn{}, Ratios: map[string]float64{}, Half: &Latency{Wanted: 450_000, Paced: 360_000, Rate: 360_000},
		Fixed: &Latency{Wanted: 100_000, Paced: 100_000, Rate: 97_000, P99: 500}}
	r.Half.settle()
	r.Fixed.settle()
	r.settle()
	r.judge()
	var got []string
	for _, target := range r.Targets {
		got = append(got, strings.Join(strings.Fields(target.String()), " "))
	}
	want := []string{
		"events/s ÷ the Kafka engine's, fastest 9.00 target ≥ 7.00 ok",
		"events/s ÷ the Kafka engine's, defaults 6.00 target ≥ 7.00 missed",
		"events per own CPU second 1250000 target ≥ 1000000 ok",
		"allocations per event 0.010 target ≤ 0.050 ok",
		"peak memory, MB 301 target ≤ 300 missed",
		"latency: events/s produced ÷ half load 0.80 target ≥ 0.98 missed",
		"latency: events/s produced ÷ 100,000 0.97 target ≥ 0.98 missed",
		"p99 at 100,000 events/s, ms 500 target ≤ 800 missed",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
}

// TestFixedTarget: a latency of a lower load than promised keeps no promise.
func TestFixedTarget(t *testing.T) {
	for rate, want := range map[float64]bool{100_000: true, 98_000: true, 97_900: false} {
		r := &Report{Fixed: &Latency{Wanted: 100_000, Paced: 100_000, Rate: rate, P99: 800}}
		r.Fixed.settle()
		r.judge()
		for _, target := range r.Targets {
			if target.OK != want {
				t.Errorf("produced %.0f events/s: %s", rate, target)
			}
		}
		if len(r.Targets) != 2 {
			t.Errorf("got %d targets, want 2", len(r.Targets))
		}
	}
}

// TestWrite: the last line, and only it, is for programs.
func TestWrite(t *testing.T) {
	r := &Report{Runs: map[string][]Turn{"a": {{Rate: 2}, {Rate: 4}}, "c": {{Rate: 6}}}, Medians: map[string]Turn{}, Ratios: map[string]float64{},
		Stages: map[string]float64{"fetch": 0.1}, Half: &Latency{Wanted: 100, Paced: 80, Rate: 80, P99: 7}, Fixed: &Latency{Wanted: 100, Paced: 100, Rate: 90}}
	r.Half.settle()
	r.Fixed.settle()
	r.settle()
	r.judge()
	var out strings.Builder
	if err := r.write(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i, line := range lines {
		var got Report
		if err := json.Unmarshal([]byte(line), &got); (err == nil) != (i == len(lines)-1) {
			t.Errorf("line %d of %d: %v\n%s", i+1, len(lines), err, line)
		}
	}
	for _, want := range []string{"fetch 0.10", "wanted 100 events/s, measured at 80, produced 80: 80 % of the load", "is that of a lower load", "fell short of the rate, even at 100",
		"events/s a/c", `"share_of_wanted":0.8,"kept":false,"pace_kept":true`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

func TestOptions(t *testing.T) {
	o := smallest(t)
	if err := o.validate(); err != nil {
		t.Error(err)
	}
	o.only, o.events, o.compression, o.variants = "a,e", 1, "zip", 99
	o.tries = 0
	err := o.validate()
	for _, want := range []string{"-only", "-events", "-compression", "-variants", "-tries"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s named", err, want)
		}
	}
}
