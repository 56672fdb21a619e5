package embedded

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Stop ends the engine in order: what is in its buffers is written, then the process ends. If that takes longer than
// the configured timeout or ctx allows, the engine is killed, which costs nothing that was acknowledged, and the error
// says so. Stopping an engine that does not run does nothing.
func (e *Engine) Stop(ctx context.Context) error {
	if e.process == nil {
		return nil
	}
	e.markStopping()
	ctx, cancel := context.WithTimeout(ctx, e.cfg.StopTimeout)
	defer cancel()
	// Ctrl-C clears a half-typed line; then the client's own word for "end", which shuts the server down in order.
	_, _ = io.WriteString(e.terminal, "exit;\n")
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
		e.kill()
		return fmt.Errorf("stop engine: killed after %v: %w", e.cfg.StopTimeout, ctx.Err())
	}
}

// Kill ends the engine at once, as a power cut would, and waits until it is gone.
func (e *Engine) Kill() {
	if e.process == nil {
		return
	}
	e.markStopping()
	e.kill()
}

func (e *Engine) kill() {
	_ = e.process.Process.Kill()
	<-e.done
}

func (e *Engine) markStopping() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stopping = true
}

// query runs one statement over HTTP and returns the answer. The package needs it for nothing but readiness.
func (e *Engine) query(ctx context.Context, sql string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+e.Endpoint().HTTP+"/", strings.NewReader(sql))
	if err != nil {
		return "", err
	}
	req.Header.Set("X-ClickHouse-User", e.Endpoint().User)
	req.Header.Set("X-ClickHouse-Key", e.Endpoint().Password)
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", res.Status, strings.TrimSpace(string(body)))
	}
	return strings.TrimSpace(string(body)), nil
}
