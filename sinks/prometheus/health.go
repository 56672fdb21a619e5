package prometheus

import (
	"encoding/json"
	"net/http"
)

// health is what /healthz answers.
type health struct {
	Healthy bool              `json:"healthy"`
	Checks  map[string]string `json:"checks"` // "ok", or what is wrong
}

// healthz answers 200 when every check passes and 503 when one does not, with the reasons in the body either way.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	h := health{Healthy: true, Checks: make(map[string]string, len(s.deps.Checks))}
	for _, c := range s.deps.Checks {
		h.Checks[c.Name] = "ok"
		if err := c.Check(); err != nil {
			h.Healthy = false
			h.Checks[c.Name] = err.Error()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !h.Healthy {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	// An error here means that the client has gone, which is its own affair.
	_ = json.NewEncoder(w).Encode(h)
}
