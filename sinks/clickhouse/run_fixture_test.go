package clickhouse_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

var march = workflow.MonthID{Company: "express's", Policy: "express-cs", Month: calendar.Month{Year: 2024, Month: time.March}}

// A run of so many agents, in blocks of so many bytes, takes some four blocks.
const (
	agents = 60
	small  = 50_000
)

// insert writes a run in small blocks.
func insert(t *testing.T, store *clickhouse.Store, run closing.Run, cards iter.Seq2[score.Card, error]) error {
	return clickhouse.InsertRunInBlocks(t.Context(), store, run, cards, small)
}

// runOf returns a run of as many agents.
func runOf(id string, agents int) closing.Run {
	return closing.Run{
		Run:   workflow.Run{ID: id, Input: "in-" + id, Result: "out-" + id, Agents: agents, Missing: 2, Sequence: 17, Head: "head"},
		Month: march, Policy: "policy hash", Calendar: "china", Decide: []string{"leave-unit=application", "it's=\\"},
		Averages: []rule.Average{{Rule: "tier", Team: "", Value: amount.Ratio{Num: 1 << 60, Den: 7}}, {Rule: "tier", Team: "二队", Value: amount.Ratio{Num: 1, Den: 3}}},
		Events:   20_000_000, Duplicates: 5, Conflicts: 1,
	}
}

// cardOf returns a card of some three kilobytes with everything that a card can have; every tenth waits for a score.
func cardOf(n int) score.Card {
	total, pay := amount.Points(8350+n), amount.Money(-50_000+n)
	c := score.Card{
		Agent: fmt.Sprintf("agent-%05d", n), Name: "王'\\\t" + fmt.Sprint(n), Team: fmt.Sprintf("team-%d", n%20), Month: march.Month, Policy: march.Policy,
		Total: &total, Grade: "B", Pay: &pay,
		Sections:  []score.SectionScore{{ID: "quality", Title: document.Title{ZH: "质量", EN: "Quality <&>"}, Points: &total, Of: 10_000}},
		Proposals: []score.Proposal{{Rule: "streak", Text: document.Title{ZH: "约谈", EN: "talk"}}},
		Notes:     []document.Title{{ZH: "注", EN: "note"}},
		Decisions: []string{"grades=five"},
	}
	for i := range 8 {
		l := score.Line{
			Section: "quality", Item: fmt.Sprintf("item-%d", i), Rule: fmt.Sprintf("rule-%d", i), Title: document.Title{ZH: "规则", EN: "rule"},
			Status: score.StatusTakes, Points: amount.Points(-100 * i), Taken: amount.Points(-50 * i),
			Text:  document.Title{ZH: strings.Repeat("迟到 ", n%5+i), EN: fmt.Sprintf("%d of %d late", i, n)},
			Value: &metric.Value{Agent: c.Agent, Num: int64(i), Den: 98}, Small: i == 3, Decisions: []string{"a=b", "c=d"},
		}
		if i == 2 {
			l.Status, l.ClaimedBy, l.Value = score.StatusCounted, []string{"rule-1", "rule-0"}, nil
		}
		for e := range (n + i) % 4 {
			l.Evidence = append(l.Evidence, metric.Evidence{
				Origin: turn.Origin{Identity: event.Identity{Source: "crm", Subject: fmt.Sprintf("conversation-%d", n*10+e), ID: fmt.Sprintf("e-%d-%d", i, e)}},
				Date:   calendar.Date{Year: 2024, Month: time.March, Day: 1 + e}, Bad: e%2 == 0, Note: strings.Repeat("x", e),
			})
		}
		l.EvidenceTotal = 10 * len(l.Evidence)
		c.Lines = append(c.Lines, l)
	}
	if n%10 == 0 {
		c.Lines[7].Status, c.Lines[7].Points, c.Lines[7].Taken = score.StatusMissing, 0, 0
		c.Total, c.Pay, c.Grade, c.Missing = nil, nil, "", c.Lines[7:]
	}
	return c
}

// cardsOf yields the cards of the first so many agents, then the error if there is one.
func cardsOf(agents int, end error) iter.Seq2[score.Card, error] {
	return func(yield func(score.Card, error) bool) {
		for n := range agents {
			if !yield(cardOf(n), nil) {
				return
			}
		}
		if end != nil {
			yield(score.Card{}, end)
		}
	}
}

func resultOf(t testing.TB, c score.Card) closing.Result {
	t.Helper()
	sum := sha256.Sum256([]byte(jsonOf(t, c)))
	r := closing.ResultOf(c)
	r.Card = hex.EncodeToString(sum[:])
	return r
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
