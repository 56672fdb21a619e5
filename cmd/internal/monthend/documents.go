package monthend

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// rules is a policy and the calendar that it names, with the texts they were read from: a month must be calculable for ever
// from what the log holds.
type rules struct {
	policy           *policy.Policy
	calendar         *calendar.Calendar
	policyText, days workflow.Activate
}

// deadlines returns by when the month has to be scored, and paid.
func (r rules) deadlines(id workflow.MonthID) policy.Deadlines {
	return r.policy.Deadlines(id.Month, r.calendar)
}

// loadRules reads a shipped policy by name, or a file, and its calendar.
func loadRules(company, ref string) (rules, error) {
	file, src, err := policy.Shipped.Read(ref, os.ReadFile)
	if err != nil {
		return rules{}, err
	}
	p, err := policy.Parse(file, src)
	if err != nil {
		return rules{}, err
	}
	file, days, err := calendar.Shipped.Read(p.Calendar, os.ReadFile)
	if err != nil {
		return rules{}, err
	}
	c, err := calendar.Parse(file, days)
	if err != nil {
		return rules{}, err
	}
	return rules{
		policy: p, calendar: c,
		policyText: activation(company, workflow.PolicyDocument, p.Name, p.Effective, src),
		days:       activation(company, workflow.CalendarDocument, c.Name(), p.Effective, days),
	}, nil
}

func activation(company string, kind workflow.DocumentKind, name string, effective calendar.Date, text []byte) workflow.Activate {
	sum := sha256.Sum256(text)
	return workflow.Activate{Company: company, Kind: kind, Name: name, Effective: effective, SHA256: hex.EncodeToString(sum[:]), Text: string(text)}
}

// activeRules returns the rules in force for a month: of the documents of that name the one that was activated last among
// those that hold on the month's first day.
func activeRules(state *workflow.State, id workflow.MonthID) (rules, error) {
	var found *workflow.Document
	for _, doc := range state.Documents(id.Company, workflow.PolicyDocument) {
		if doc.Name == id.Policy && doc.Effective.Compare(id.Month.First()) <= 0 {
			found = &doc
		}
	}
	if found == nil {
		return rules{}, fmt.Errorf("no policy %q is active in %s: name a policy or a file with --policy", id.Policy, id.Month)
	}
	p, err := policy.Parse(found.Name, []byte(found.Text))
	if err != nil {
		return rules{}, err
	}
	days, ok := latest(state.Documents(id.Company, workflow.CalendarDocument), p.Calendar)
	if !ok {
		return rules{}, fmt.Errorf("policy %q counts by calendar %q, which nobody activated", found.Name, p.Calendar)
	}
	c, err := calendar.Parse(days.Name, []byte(days.Text))
	return rules{policy: p, calendar: c, policyText: found.Activate, days: days.Activate}, err
}

func latest(documents []workflow.Document, name string) (workflow.Document, bool) {
	for _, doc := range slices.Backward(documents) {
		if doc.Name == name {
			return doc, true
		}
	}
	return workflow.Document{}, false
}

// frozenRules returns the rules that a month was frozen with, its other readings applied.
func frozenRules(state *workflow.State, m workflow.Month) (rules, error) {
	f := m.Frozen
	text, ok := state.Document(m.ID.Company, workflow.PolicyDocument, f.Policy)
	if !ok {
		return rules{}, fmt.Errorf("the policy with which %s was frozen is not in the log: %s", m.ID, f.Policy)
	}
	days, ok := state.Document(m.ID.Company, workflow.CalendarDocument, f.Calendar)
	if !ok {
		return rules{}, fmt.Errorf("the calendar with which %s was frozen is not in the log: %s", m.ID, f.Calendar)
	}
	p, err := policy.Parse(text.Name, []byte(text.Text))
	if err != nil {
		return rules{}, err
	}
	c, err := calendar.Parse(days.Name, []byte(days.Text))
	if err != nil {
		return rules{}, err
	}
	p, err = withReadings(p, f.Decide)
	return rules{policy: p, calendar: c, policyText: text.Activate, days: days.Activate}, err
}

// withReadings applies "decision=reading".
func withReadings(p *policy.Policy, decide []string) (*policy.Policy, error) {
	for _, d := range decide {
		decision, reading, _ := strings.Cut(d, "=")
		var err error
		if p, err = p.Decide(decision, reading); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// activate puts documents into the log that are not there yet. Somebody who does the same at the same time does no harm.
func (d *Desk) activate(ctx context.Context, state *workflow.State, by workflow.Actor, r rules) error {
	for _, doc := range []workflow.Activate{r.days, r.policyText} {
		if last, ok := latest(state.Documents(d.company, doc.Kind), doc.Name); ok && last.SHA256 == doc.SHA256 {
			continue
		}
		if _, err := d.decide(ctx, state, by, "", doc); err != nil && !refused(err, workflow.CodeDuplicate) {
			return err
		}
	}
	return nil
}
