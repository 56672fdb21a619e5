package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"

	"github.com/deskpulse/deskpulse/deploy/dev/progress"
)

const (
	policyName   = "express-cs"
	calendarName = "cn-office"

	// endpointVariable carries the engine's endpoint to the process that measures: not in its arguments, which everybody
	// can see.
	endpointVariable = "DESKPULSE_BENCHCLOSE_ENDPOINT"
)

// Step is what one step took.
type Step struct {
	Name   string        `json:"name"`
	Wall   time.Duration `json:"wall_ns"`
	CPU    time.Duration `json:"cpu_ns"`        // our own
	Engine time.Duration `json:"engine_cpu_ns"` // the engine's, on our queries
}

// Found is what came out of the month.
type Found struct {
	Truth     Truth  `json:"found"`
	Steps     []Step `json:"steps"`
	Peak      int64  `json:"peak_rss_bytes"`
	Input     string `json:"input_sha256"`
	Result    string `json:"result_sha256"`
	Cards     int    `json:"cards"`
	Conflicts int64  `json:"conflicts"`
}

// measured starts the process that measures and returns what it found.
func (s *store) measured(ctx context.Context, o options, e embedded.Endpoint) (*Found, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	endpoint, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, own, "-child", fmt.Sprint("-steps=", o.steps), "-cpuprofile", o.profile, "-agents", fmt.Sprint(o.agents), "-events", fmt.Sprint(o.events))
	cmd.Env, cmd.Stderr = append(os.Environ(), endpointVariable+"="+string(endpoint)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("measure the month: %w", err)
	}
	var f Found
	return &f, json.Unmarshal(out, &f)
}

// measure is the child: it measures and scores the month and writes what it found.
func measure(ctx context.Context, o options) (err error) {

	var e embedded.Endpoint
	if err := json.Unmarshal([]byte(os.Getenv(endpointVariable)), &e); err != nil {
		return fmt.Errorf("%s: %w", endpointVariable, err)
	}
	s, err := open(e)
	if err != nil {
		return err
	}
	defer s.close()
	// What is known of people is read twice, and that is a ninth of all: without it the bar would promise too much.
	m := measuring{store: s, ctx: ctx, bar: progress.New("measuring", o.events+o.events/9)}
	defer m.bar.Close()
	if o.profile != "" {
		file, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
	}
	err = m.close()
	pprof.StopCPUProfile()
	if err == nil && o.steps {
		err = m.explain()
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(m.found))
}

// measuring is one month that is measured.
type measuring struct {
	store *store
	ctx   context.Context
	bar   *progress.Bar
	found Found
	in    closing.Input
}

// step runs a step and notes what it took.
func (m *measuring) step(name string, do func() error) error {
	engine, err := m.store.cpu(m.ctx)
	if err != nil {
		return err
	}
	cpu, began := ownCPU(), time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s := Step{Name: name, Wall: time.Since(began), CPU: ownCPU() - cpu}
	after, err := m.store.cpu(m.ctx)
	s.Engine = after - engine
	m.found.Steps = append(m.found.Steps, s)
	return err
}

func ownCPU() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func usage() (u syscall.Rusage) {
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for no valid argument
	return u
}

// close measures and scores the month, everything explained in brief.
func (m *measuring) close() error {
	p, err := policy.Load(policyName, os.ReadFile)
	if err != nil {
		return err
	}
	c, err := calendar.Load(calendarName, os.ReadFile)
	if err != nil {
		return err
	}
	month := calendar.Month{Year: month.Year(), Month: month.Month()}
	m.in = closing.Input{
		Month: workflow.MonthID{Company: company, Policy: policyName, Month: month}, Policy: p, Calendar: c, Source: m.source,
		Progress: m.bar.Set,
	}
	var measured *closing.Measured
	err = m.step("measure", func() (err error) {
		measured, err = closing.Measure(m.in)
		return err
	})
	if err != nil {
		return err
	}
	err = m.step("score", func() error {
		run, _, err := measured.Run()
		m.found.Input, m.found.Result, m.found.Cards = run.Input, run.Result, run.Agents
		m.found.Truth.Events, m.found.Truth.Duplicates, m.found.Conflicts = run.Events, int(run.Duplicates), run.Conflicts
		return err
	})
	m.found.Peak = usage().Maxrss << 10
	m.find(measured.Facts())
	return err
}

// source reads the engine.
func (m *measuring) source(s closing.Selection) iter.Seq2[[]event.Event, error] {
	q := clickhouse.Query{Company: company, Types: s.Types, From: s.From, To: s.To, Subjects: s.Subjects}
	for _, w := range s.Or {
		q.Or = append(q.Or, clickhouse.When(w))
	}
	return m.store.Subjects(m.ctx, q)
}

// find takes out of the facts what the truth knows.
func (m *measuring) find(f closing.Facts) {
	t := &m.found.Truth
	t.Retracted = f.Counts.Retracted
	for _, agent := range f.Period.Agents() {
		for _, q := range m.in.Policy.Queries() {
			v, _ := f.Period.Value(q, agent)
			switch q.Metric {
			case "calls_answered", "calls_per_workday":
				t.Calls = append(t.Calls, v.Num)
			case "email_on_time":
				t.MailsDue, t.MailsKept = append(t.MailsDue, v.Den), append(t.MailsKept, v.Num)
			}
		}
	}
}
