package ingest

import "github.com/prometheus/client_golang/prometheus"

// The gauges of one partition, read from its progress when Prometheus asks.
var (
	lagDesc = prometheus.NewDesc("deskpulse_ingest_lag_offsets",
		"Offsets between what is committed and the stable end of the log, when the log last answered.", []string{"partition"}, nil)
	stillDesc = prometheus.NewDesc("deskpulse_ingest_still_seconds",
		"Time since the partition last committed, or had nothing to read.", []string{"partition"}, nil)
	haltedDesc = prometheus.NewDesc("deskpulse_ingest_halted",
		"1 while the partition is halted and waits for an operator.", []string{"partition"}, nil)
)

// Describe implements prometheus.Collector.
func (h *health) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lagDesc, stillDesc, haltedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Only partitions assigned to this process are reported.
func (h *health) Collect(ch chan<- prometheus.Metric) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p, s := range h.partitions {
		if !s.given.IsZero() {
			continue
		}
		gauge := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, p.String())
		}
		halted := 0.0
		if s.halted {
			halted = 1
		}
		gauge(lagDesc, float64(max(s.end-s.next, 0)))
		gauge(stillDesc, h.now().Sub(s.moved).Seconds())
		gauge(haltedDesc, halted)
	}
}
