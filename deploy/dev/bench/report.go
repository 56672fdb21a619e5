package main

// titles say what the letters stand for.
var titles = map[string]string{"a": "deskpulse ingest", "b": "Kafka engine and view", "c": "ceiling, inserts ready"}

// absent says which peer of the targets is missing.
const absent = "clickhouse_sinker is not among the peers: as a Go module it could not be had " +
	"(github.com/housepower/clickhouse_sinker and github.com/viru-tech/clickhouse_sinker: 403 Forbidden, \"This module version is not available\")"

// Report is the last line.
type Report struct {
	Machine     Machine            `json:"machine"`
	Events      truth              `json:"events"`
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
	return &Report{Machine: m, Events: w.load.truth, Partitions: w.o.partitions, Compression: w.o.compression,
		Runs: map[string][]Turn{}, Medians: map[string]Turn{}, Ratios: map[string]float64{}, Absent: absent}
}

// settle takes the medians.
func (r *Report) settle() {
	for letter, turns := range r.Runs {
		r.Medians[letter] = medianTurn(turns)
	}
	for _, other := range []string{"b", "c"} {
		if a, o := r.Medians["a"].Rate, r.Medians[other].Rate; a > 0 && o > 0 {
			r.Ratios["a/"+other] = a / o
		}
		if a, o := r.Medians["a"].EngineCPU, r.Medians[other].EngineCPU; a > 0 && o > 0 {
			r.Ratios["a/"+other+" clickhouse CPU"] = a / o
		}
	}
	if cpu := r.Medians["a"].OwnCPU; cpu > 0 {
		r.Ratios["events per own CPU second"] = 1e6 / cpu
	}
}
