package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// health asks the running `up` how it is.
func health(ctx context.Context, p *patient) ([]Finding, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.HTTP+"/healthz", nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask for its health: %w", err)
	}
	defer res.Body.Close()
	var said struct {
		Healthy bool              `json:"healthy"`
		Checks  map[string]string `json:"checks"`
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		return nil, fmt.Errorf("read its health: %w", err)
	}
	var out []Finding
	for _, name := range slices.Sorted(maps.Keys(said.Checks)) {
		if words := said.Checks[name]; words != "ok" {
			out = append(out, Finding{Object: name, State: Problem, Found: words, Want: "ok", Do: "see what it says, and the log of `deskpulse up`"})
		}
	}
	if len(out) == 0 {
		out = append(out, well("", "healthy: %d checks at http://%s/healthz", len(said.Checks), p.HTTP))
	}
	return out, nil
}

// homeEngine reads the whole of the cached engine and compares its hash, which a start does only when it has a reason to.
func homeEngine(_ context.Context, p *patient) ([]Finding, error) {
	if !p.Engine {
		return nil, nil // the server is somebody else's
	}
	dir, err := embedded.CheckEngine(embedded.FetchConfig{})
	if err != nil {
		return []Finding{{
			Object: dir, State: Warning, Found: err.Error(), Want: "the library as it was fetched",
			Do: "start `deskpulse up` again, which fetches it anew; a disk that changes files should be replaced",
		}}, nil
	}
	return []Finding{well(dir, "the cached engine is intact")}, nil
}
