// Package doctor looks at everything around deskpulse that an operator can get wrong, the servers, their settings, rights,
// clocks and disks, and says of each finding what to do. It changes nothing and writes no record.
//
// A check is one file with one entry in the catalogue. Checks of one area run one after another, areas at the same time,
// each area within [areaTime]: a server that is away is one problem, not as many as there are questions for it.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
)

// State is what a check came to.
type State string

// The states. A warning is something that may be meant; a problem is not.
const (
	OK      State = "ok"
	Warning State = "warn"
	Problem State = "problem"
	Skipped State = "skipped" // the server that it is about is away, which is a problem of its own
)

// Area is what a check is about.
type Area string

// The areas, in the order of the report.
const (
	Setup      Area = "setup"
	Kafka      Area = "kafka"
	ClickHouse Area = "clickhouse"
	Here       Area = "here" // the data folder and what runs on it
)

// Finding is the answer of one check about one object.
type Finding struct {
	Area   Area   `json:"area"`
	Check  string `json:"check"`
	Object string `json:"object"` // a topic, a broker, a table; "" where there is but one
	State  State  `json:"state"`
	Found  string `json:"found"`
	Want   string `json:"want,omitempty"` // "" where all is well
	Do     string `json:"do,omitempty"`
}

// Report is everything that was found.
type Report struct {
	Checks []Finding `json:"checks"`
	OK     bool      `json:"ok"` // there is no problem
}

// Count returns how many findings have a state.
func (r Report) Count(s State) (n int) {
	for _, f := range r.Checks {
		if f.State == s {
			n++
		}
	}
	return n
}

// Input says what is examined.
type Input struct {
	Config  config.Config
	Version string           // of this binary
	Data    string           // the data folder of a running `up`, "" where there is none
	HTTP    string           // host:port of its /healthz
	Engine  bool             // it runs an engine of ours, out of the cache
	Now     func() time.Time // this machine's clock
}

// check is one entry of the catalogue.
type check struct {
	area Area
	name string
	run  func(ctx context.Context, p *patient) ([]Finding, error)
}

// areaTime bounds all checks of one area together.
const areaTime = 10 * time.Second

// Run makes every check. It never fails: what cannot be looked at is a finding.
func Run(ctx context.Context, in Input) Report {
	p := &patient{Input: in, topics: map[string]topic{}}
	defer p.close()
	found := make([][]Finding, len(catalogue))
	var areas sync.WaitGroup
	for _, area := range []Area{Setup, Kafka, ClickHouse, Here} {
		areas.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, areaTime)
			defer cancel()
			examine(ctx, p, area, found)
		})
	}
	areas.Wait()
	r := Report{Checks: []Finding{}, OK: true}
	for _, findings := range found {
		r.Checks = append(r.Checks, findings...)
	}
	r.OK = r.Count(Problem) == 0
	return r
}

// examine makes the checks of one area.
func examine(ctx context.Context, p *patient, area Area, found [][]Finding) {
	away := false
	for i, c := range catalogue {
		switch {
		case c.area != area, area == Here && p.Data == "":
			continue
		case away:
			found[i] = []Finding{{State: Skipped, Found: "not looked at"}}
		default:
			var err error
			if found[i], err = c.patiently(ctx, p); err != nil {
				found[i] = append(found[i], failed(ctx, err))
			}
			away = errors.As(err, new(awayError))
		}
		for n := range found[i] {
			found[i][n].Area, found[i][n].Check = c.area, c.name
		}
	}
}

// How often a check is made again that failed for a reason that passes, and the pause between. A broker that was started a
// moment ago does not know yet which groups are its own.
const (
	patience   = 20
	checkPause = 200 * time.Millisecond
)

// patiently makes a check, again where Kafka says that trying again may help.
func (c check) patiently(ctx context.Context, p *patient) (found []Finding, err error) {
	for range patience {
		found, err = c.run(ctx, p)
		if passes := kafkago.Error(0); !errors.As(err, &passes) || !passes.Temporary() {
			return found, err
		}
		timer := time.NewTimer(checkPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return found, err
		}
	}
	return found, err
}

// awayError says that the rest of an area cannot be looked at.
type awayError struct {
	error
	do string
}

// Unwrap returns the cause.
func (e awayError) Unwrap() error { return e.error }

// failed is the finding of a check that could not be made.
func failed(ctx context.Context, err error) Finding {
	f := Finding{State: Problem, Found: err.Error(), Want: "an answer", Do: "see what the message says; the check needs the server and the right to ask it"}
	if away := new(awayError); errors.As(err, away) {
		f.Do = away.do
	}
	if ctx.Err() != nil {
		f.Found = fmt.Sprintf("no answer within %v: %s", areaTime, f.Found)
	}
	return f
}

// well is a finding with which all is well.
func well(object, format string, args ...any) Finding {
	return Finding{Object: object, State: OK, Found: fmt.Sprintf(format, args...)}
}
