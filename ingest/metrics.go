package ingest

import (
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics are what the stage tells Prometheus. Counters of records count what this process applied.
type metrics struct {
	accepted     prometheus.Counter
	rejected     *prometheus.CounterVec
	absent       prometheus.Counter
	lost         prometheus.Counter
	batches      prometheus.Counter
	recovered    prometheus.Counter
	dropped      prometheus.Counter
	errors       *prometheus.CounterVec
	joints       *prometheus.CounterVec
	batchSeconds prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) *metrics {
	f := promauto.With(r)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Namespace: "deskpulse", Subsystem: "ingest", Name: name, Help: help})
	}
	vec := func(name, help, label string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Namespace: "deskpulse", Subsystem: "ingest", Name: name, Help: help}, []string{label})
	}
	m := &metrics{
		accepted:  counter("events_accepted_total", "Events applied to ClickHouse."),
		rejected:  vec("events_rejected_total", "Records rejected, by reason.", "reason"),
		absent:    counter("offsets_absent_total", "Offsets that hold no record: control records, aborted transactions, compaction."),
		lost:      counter("offsets_lost_total", "Offsets that retention removed before they were read."),
		batches:   counter("batches_applied_total", "Ranges written to the table batches."),
		recovered: counter("ranges_recovered_total", "Ranges that an earlier session left unfinished and that were completed."),
		dropped:   counter("members_dropped_total", "Members of events that no schema knows and that were dropped, as read: a record read twice counts twice."),
		errors:    vec("errors_total", "Errors that ended a session of a partition, by what was done about them.", "action"),
		joints:    vec("discontinuities_total", "Applied ranges that do not join the one before; 0 unless there is a defect.", "kind"),
		batchSeconds: f.NewHistogram(prometheus.HistogramOpts{Namespace: "deskpulse", Subsystem: "ingest", Name: "batch_apply_seconds",
			Help: "Time to insert one batch.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 12)}),
	}
	for _, reason := range event.Reasons() {
		m.rejected.WithLabelValues(string(reason))
	}
	for _, a := range []action{actRetry, actTry, actHalt} {
		m.errors.WithLabelValues(string(a))
	}
	for _, kind := range []string{"gap", "overlap"} {
		m.joints.WithLabelValues(kind)
	}
	return m
}

// applied counts one applied range; gap is as progress.applied returns it.
func (m *metrics) applied(a event.Applied, gap int64) {
	m.batches.Inc()
	m.accepted.Add(float64(a.Accepted))
	m.absent.Add(float64(a.Absent))
	m.lost.Add(float64(a.Lost))
	switch {
	case gap > 0:
		m.joints.WithLabelValues("gap").Inc()
	case gap < 0:
		m.joints.WithLabelValues("overlap").Inc()
	}
}

func (m *metrics) countRejected(b *event.Batch) {
	for i := range b.Rejected {
		m.rejected.WithLabelValues(string(b.Rejected[i].Reason)).Inc()
	}
}
