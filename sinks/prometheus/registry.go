package prometheus

import (
	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// NewRegistry returns a registry of its own, rather than the library's global one, with the metrics every process has:
// the Go runtime's, the process's, and deskpulse_build_info.
func NewRegistry(version string) *prom.Registry {
	build := prom.NewGaugeVec(prom.GaugeOpts{
		Name: "deskpulse_build_info",
		Help: "Always 1; the label says which version runs.",
	}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	r := prom.NewRegistry()
	r.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
