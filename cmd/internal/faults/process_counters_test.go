package faults_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// counter asks the process for one of its counters, all labels added up: the product's own binary by /metrics.
func (p *process) counter(name string) (float64, error) {
	counters, err := p.counters()
	if err != nil {
		return 0, err
	}
	n, ok := counters[name]
	if !ok {
		return 0, fmt.Errorf("it counts no %s", name)
	}
	return n, nil
}

func (p *process) counters() (map[string]float64, error) {
	if url := p.healthURL(); url != "" {
		return scrape(strings.Replace(url, "/healthz", "/metrics", 1))
	}
	text, err := p.ask(func(number int) order { return order{Counters: number} })
	if err != nil {
		return nil, err
	}
	var out map[string]float64
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("counters %q: %w", text, err)
	}
	return out, nil
}

// countersOf is what a process with hooks has counted, as a line of JSON.
func countersOf(g prometheus.Gatherer) string {
	out := make(map[string]float64)
	families, err := g.Gather()
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if c := m.GetCounter(); c != nil {
				out[f.GetName()] += c.GetValue()
			}
		}
	}
	if err != nil {
		return oneLine(err) // is no JSON, and is said by whoever asked
	}
	text, err := json.Marshal(out)
	if err != nil {
		return oneLine(err)
	}
	return string(text)
}

// scrape reads /metrics.
func scrape(url string) (map[string]float64, error) {
	client := http.Client{Timeout: healthPatience}
	res, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", url, res.Status)
	}
	return readMetrics(res.Body)
}

// readMetrics adds up the samples of each name, whatever their labels.
func readMetrics(text io.Reader) (map[string]float64, error) {
	out := make(map[string]float64)
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		line := lines.Text()
		end, begin := strings.IndexAny(line, "{ "), strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || end < 0 {
			continue
		}
		n, err := strconv.ParseFloat(line[begin+1:], 64)
		if err != nil {
			return nil, fmt.Errorf("metric %q: %w", line, err)
		}
		out[line[:end]] += n
	}
	return out, lines.Err()
}

// checkJoints wants a process to have applied no range that does not join the one before.
func checkJoints(t *testing.T, p *process) {
	t.Helper()
	var n float64
	poll(t, 20*time.Second, func() (err error) { // a machine that is busy may be slow to answer
		n, err = p.counter("deskpulse_ingest_discontinuities_total")
		return err
	})
	if n != 0 {
		t.Errorf("%g ranges do not join the one before; the process said:\n%s", n, p.said())
	}
}

func TestReadMetrics(t *testing.T) {
	got, err := readMetrics(strings.NewReader("# HELP a b\na{kind=\"gap or so\"} 1\na{kind=\"overlap\"} 2\nb 1e+06\n"))
	if err != nil || len(got) != 2 || got["a"] != 3 || got["b"] != 1e6 {
		t.Errorf("got %v, %v", got, err)
	}
}
