package cli

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func closedOf(c monthend.Closed) closedJSON {
	out := closedJSON{
		monthJSON: monthNamed(c.Month), New: c.New, Decide: append([]string{}, c.Run.Decide...), Run: runOf(c.Run), Missing: missingOf(c.Summary.Missing),
		Results: []resultJSON{}, Proposals: []proposalOf{}, Interviews: []interviewOf{}, Due: dueOf(c.Due), Notes: closedNotes(c),
	}
	for i := range c.Summary.Results {
		out.Results = append(out.Results, *resultOf(&c.Summary.Results[i]))
	}
	for _, p := range c.Summary.Proposals {
		out.Proposals = append(out.Proposals, proposalOf{p.Agent, p.Name, p.Rule, p.Text})
	}
	for _, i := range c.Summary.Interviews {
		out.Interviews = append(out.Interviews, interviewOf(i))
	}
	return out
}

func runOf(r closing.Run) runJSON {
	return runJSON{
		ID: r.ID, InputHash: r.Input, ResultHash: r.Result, Agents: r.Agents, Missing: r.Missing, Events: r.Events,
		Duplicates: r.Duplicates, Conflicts: r.Conflicts, Sequence: r.Sequence, Head: r.Head,
	}
}

func missingOf(all []closing.Missing) []missingJSON {
	out := make([]missingJSON, len(all))
	for i, m := range all {
		out[i] = missingJSON(m)
	}
	return out
}

// resultOf returns a result, nil for nil.
func resultOf(r *closing.Result) *resultJSON {
	if r == nil {
		return nil
	}
	return &resultJSON{r.Agent, r.Name, r.Team, textOf(r.Total), r.Grade, textOf(r.Pay)}
}

// textOf returns a quantity as text, nil for nil.
func textOf[T fmt.Stringer](v *T) *string {
	if v == nil {
		return nil
	}
	s := (*v).String()
	return &s
}

func dueOf(d policy.Deadlines) dueJSON { return dueJSON{d.Scored.String(), d.Paid.String()} }

// closedNotes are what the reader of a month should know; an empty list is no null.
func closedNotes(c monthend.Closed) []string {
	notes := append([]string{}, c.Notes...)
	if n := c.Run.Conflicts; n > 0 {
		notes = append(notes, fmt.Sprintf("%s copies of events say something else than the one that stands, which is the first that arrived", groups(n)))
	}
	if !c.New && !c.Month.Phase.Locked() {
		notes = append(notes, "it was calculated from the same before: this is what stands")
	}
	return notes
}
