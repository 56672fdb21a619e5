package export

import (
	"strconv"
	"strings"
)

// fact is one thing that a control sheet says about a month. Its title is the word of its key.
type fact struct{ Key, Value string }

// facts lists what a month was made of, by whom it was approved, and the hashes by which it is found again. Whether it is a
// draft is for programs to read, and said in their words.
func (m *Month) facts() []fact {
	l, run := m.lang(), m.Run
	return []fact{
		{"draft", map[bool]string{true: "yes", false: "no"}[m.Draft]},
		{"company", m.company()}, {"month", run.Month.Month.String()},
		{"policy", m.Policy.Name}, {"policy.title", l.in(m.Policy.Title)}, {"policy.hash", m.Policy.Hash()}, {"decide", strings.Join(run.Decide, ", ")},
		{"calendar", run.Calendar}, {"currency", m.Policy.Currency},
		{"run", run.ID}, {"run.input", run.Input}, {"run.result", run.Result},
		{"run.sequence", strconv.FormatInt(run.Sequence, 10)}, {"run.head", run.Head},
		{"sequence", strconv.FormatInt(m.Head.Sequence, 10)}, {"head", m.Head.Hash.String()},
		{"events", strconv.FormatInt(run.Events, 10)}, {"duplicates", strconv.FormatInt(run.Duplicates, 10)}, {"conflicts", strconv.FormatInt(run.Conflicts, 10)},
		{"approved", m.step(m.Approved)}, {"published", m.step(m.Published)}, {"exported", m.step(m.Exported)}, {"appeal_until", m.instant(m.AppealUntil)},
	}
}
