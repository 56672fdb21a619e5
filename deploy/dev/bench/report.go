package main

import "time"

// titles say what the letters stand for.
var titles = map[string]string{"a": "deskpulse ingest", "b": "Kafka engine, fastest", "c": "ceiling, inserts ready", "d": "Kafka engine, defaults"}

// absent says which peer of the targets is missing.
const absent = "clickhouse_sinker is not among the peers: as a Go module it could not be had " +
	"(github.com/housepower/clickhouse_sinker and github.com/viru-tech/clickhouse_sinker: 403 Forbidden, \"This module version is not available\")"

// Report is the last line.
type Report struct {
	Machine     Machine            `json:"machine"`
	Events      truth              `json:"events"`
	From        time.Time          `json:"events_from"`
	To          time.Time          `json:"events_to"`
	Partitions  int                `json:"partitions"`
	Compression string             `json:"compression"`
	Runs        map[string][]Turn  `json:"runs"`
	Medians     map[string]Turn    `json:"medians"`
	Stages      map[string]float64 `json:"own_cpu_seconds_per_million_by_stage,omitempty"`
	Half        *Latency           `json:"latency_at_half_load,omitempty"`
	Fixed       *Latency           `json:"latency_at_100k,omitempty"`
	Tried       []Tried            `json:"tried,omitempty"`
	Ratios      map[string]float64 `json:"ratios"`
	Targets     []Target           `json:"targets"`
	Absent      string             `json:"not_measured"`
}

func newReport(w *world, m Machine) *Report {
	return &Report{Machine: m, Events: w.load.truth, From: w.period.from.UTC(), To: w.period.to.UTC(), Partitions: w.o.partitions, Compression: w.o.compression,
		Runs: map[string][]Turn{}, Medians: map[string]Turn{}, Ratios: map[string]float64{}, Absent: absent}
}

// settle takes the medians.
func (r *Report) settle() {
	for letter, turns := range r.Runs {
		r.Medians[letter] = medianTurn(turns)
	}
	for _, of := range ratios {
		for _, other := range []string{"b", "c", "d"} {
			if a, o := of.figure(r.Medians["a"]), of.figure(r.Medians[other]); a > 0 && o > 0 {
				r.Ratios[of.name+" a/"+other] = a / o
			}
		}
	}
	if cpu := r.Medians["a"].OwnCPU; cpu > 0 {
		r.Ratios["events per own CPU second"] = 1e6 / cpu
	}
}

// ratios are the figures in which ingest is held against the others.
var ratios = []struct {
	name   string
	figure func(Turn) float64
}{
	{"events/s", func(t Turn) float64 { return t.Rate }},
	{"clickhouse CPU", func(t Turn) float64 { return t.EngineCPU }},
	{"all CPU", func(t Turn) float64 { return t.OwnCPU + t.EngineCPU + t.BrokerCPU }},
}
