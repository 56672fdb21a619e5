package workflow_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// benchmarkLog is a log of many single scores, and of imports, for months of several companies.
func benchmarkLog(b *testing.B, companies, months, agents, singles int) []workflow.Record {
	b.Helper()
	var records []workflow.Record
	s := workflow.New()
	n := 0
	add := func(by workflow.Actor, a workflow.Action, expect ...workflow.Expect) {
		n++
		if expect == nil {
			expect = s.Expect(a)
		}
		value := encode(b, workflow.Command{ID: id(n), By: by, Why: "as agreed", Expect: expect, Action: a})
		r := workflow.Record{Offset: int64(n), Time: start.Add(time.Duration(n) * time.Second), Value: value}
		records = append(records, r)
		if v, _ := s.Apply(r); !v.Accepted {
			b.Fatal(v.Err())
		}
	}
	var people []string
	for i := range agents {
		people = append(people, fmt.Sprintf("agent-%05d", i))
	}
	for company := range companies {
		name := fmt.Sprintf("company-%d", company)
		for _, d := range []workflow.Activate{document(workflow.PolicyDocument, "express", "the policy"), document(workflow.CalendarDocument, "cn", "the calendar")} {
			d.Company = name
			add(chen, d)
		}
		for month := range months {
			m := workflow.MonthID{Company: name, Policy: "express", Month: calendar.Month{Year: 2024, Month: time.Month(month + 1)}}
			add(chen, freeze(m))
			c := workflow.Calculate{Month: m, Run: run("run-1", agents, agents), People: people}
			add(chen, c)
			score := func(i int) workflow.Score {
				return workflow.Score{Agent: people[i%agents], Rule: "attitude", Points: new(amount.Points(1000 + i%1000)), Reason: "as heard"}
			}
			imported := workflow.SetScores{Month: m}
			for i := range agents {
				imported.Scores = append(imported.Scores, score(i))
			}
			add(chen, imported)
			for i := range singles {
				add(chen, workflow.SetScores{Month: m, Scores: []workflow.Score{score(i)}})
			}
			c.Run = run("run-2", agents, 0)
			add(chen, c)
			add(wang, workflow.Approve{Month: m, Run: "run-2"})
		}
	}
	return records
}

func fold(b *testing.B, records []workflow.Record) *workflow.State {
	b.Helper()
	s := workflow.New()
	for _, r := range records {
		s.Apply(r)
	}
	if s.Foreign() != 0 || s.Head().Offset != records[len(records)-1].Offset {
		b.Fatal("not everything is accepted")
	}
	return s
}

// A hundred thousand single scores: two companies, twelve months each, five hundred people.
func BenchmarkFoldSingleScores(b *testing.B) { benchmarkFold(b, benchmarkLog(b, 2, 12, 500, 4200)) }

// Ten thousand people, twelve months, two companies, scored by imports.
func BenchmarkFoldImports(b *testing.B) { benchmarkFold(b, benchmarkLog(b, 2, 12, 10_000, 0)) }

func benchmarkFold(b *testing.B, records []workflow.Record) {
	b.ReportAllocs()
	var bytes int64
	for _, r := range records {
		bytes += int64(len(r.Value))
	}
	b.SetBytes(bytes)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var s *workflow.State
	for b.Loop() {
		s = fold(b, records)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(len(records)), "commands")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
	runtime.KeepAlive(s)
}
