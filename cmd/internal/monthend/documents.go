package monthend

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

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

// NoActivePolicyError says that no policy of a name holds in a month.
type NoActivePolicyError struct{ Month workflow.MonthID }

// Error says what to do.
func (e *NoActivePolicyError) Error() string {
	return fmt.Sprintf("no policy %q is active in %s: name a policy or a file with --policy", e.Month.Policy, e.Month.Month)
}

// activeRules returns the rules in force for a month.
func activeRules(state *workflow.State, id workflow.MonthID) (rules, error) {
	found, ok := inForce(state.Documents(id.Company, workflow.PolicyDocument), id.Policy, id.Month)
	if !ok {
		return rules{}, &NoActivePolicyError{id}
	}
	p, err := policy.Parse(found.Name, []byte(found.Text))
	if err != nil {
		return rules{}, err
	}
	days, ok := inForce(state.Documents(id.Company, workflow.CalendarDocument), p.Calendar, id.Month)
	if !ok {
		return rules{}, fmt.Errorf("policy %q counts by calendar %q, of which none holds in %s", found.Name, p.Calendar, id.Month)
	}
	c, err := calendar.Parse(days.Name, []byte(days.Text))
	return rules{policy: p, calendar: c, policyText: found.Activate, days: days.Activate}, err
}

// inForce returns the document of a name that holds on a month's first day: of several the one that holds since the latest
// date, and of those the one that was activated last.
func inForce(documents []workflow.Document, name string, m calendar.Month) (found workflow.Document, ok bool) {
	for _, doc := range documents {
		if doc.Name == name && doc.Effective.Compare(m.First()) <= 0 && (!ok || doc.Effective.Compare(found.Effective) >= 0) {
			found, ok = doc, true
		}
	}
	return found, ok
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
	p, err = p.DecideAll(f.Decide)
	return rules{policy: p, calendar: c, policyText: text.Activate, days: days.Activate}, err
}

// activate puts documents into the log that are not there yet. Somebody who does the same at the same time does no harm.
func (d *Desk) activate(ctx context.Context, state *workflow.State, by workflow.Actor, r rules) error {
	for _, doc := range []workflow.Activate{r.days, r.policyText} {
		if _, ok := state.Document(d.company, doc.Kind, doc.SHA256); ok {
			continue
		}
		if _, err := d.decide(ctx, state, by, "", doc); err != nil && !refused(err, workflow.CodeDuplicate) {
			return err
		}
	}
	return nil
}
