package monthend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// ActivateRequest says which document is put into force.
type ActivateRequest struct {
	Kind      workflow.DocumentKind
	File      string
	Effective *calendar.Date // from when it holds; nil: what the policy says, for others today
	By        workflow.Actor
	Why       string
}

// Activated is a document that was put into force.
type Activated struct {
	workflow.Activate
	Decision
	Touched []workflow.Month // locked months in which it would have held: they stay as they are
}

// Activate puts a document into force, for months that are frozen from now on. Months that are frozen keep what they have.
func (d *Desk) Activate(ctx context.Context, r ActivateRequest) (Activated, error) {
	state, err := d.State(ctx)
	if err != nil {
		return Activated{}, err
	}
	doc, days, err := d.document(r)
	if err != nil {
		return Activated{}, err
	}
	if r.Effective != nil {
		doc.Effective = *r.Effective
	}
	a := Activated{Activate: doc, Touched: slices.DeleteFunc(state.Months(d.company), func(m workflow.Month) bool {
		return !m.Phase.Locked() || m.ID.Month.Last().Compare(doc.Effective) < 0 ||
			doc.Kind == workflow.PolicyDocument && doc.Name != m.ID.Policy
	})}
	if days != nil { // of a policy nobody could calculate by without it
		if !slices.ContainsFunc(state.Documents(d.company, days.Kind), func(o workflow.Document) bool { return o.Name == days.Name }) {
			if _, err := d.decide(ctx, state, r.By, r.Why, *days); err != nil && !refused(err, workflow.CodeDuplicate, workflow.CodeStale) {
				return a, err
			}
		}
	}
	a.Decision, err = d.decide(ctx, state, r.By, r.Why, doc)
	return a, err
}

// document reads a document and checks it. With a policy comes the calendar that it names.
func (d *Desk) document(r ActivateRequest) (doc workflow.Activate, days *workflow.Activate, err error) {
	zone, err := d.zone()
	if err != nil {
		return doc, nil, err
	}
	today := calendar.DateOf(d.now(), zone)
	switch r.Kind {
	case workflow.PolicyDocument:
		use, err := loadRules(d.company, r.File)
		return use.policyText, &use.days, err
	case workflow.CalendarDocument:
		file, src, err := calendar.Shipped.Read(r.File, os.ReadFile)
		if err != nil {
			return doc, nil, err
		}
		c, err := calendar.Parse(file, src)
		if err != nil {
			return doc, nil, err
		}
		return activation(d.company, r.Kind, c.Name(), today, src), nil, nil
	case workflow.RosterDocument:
		src, err := os.ReadFile(r.File)
		if err != nil {
			return doc, nil, fmt.Errorf("read roster %q: %w", r.File, err)
		}
		name := strings.TrimSuffix(filepath.Base(r.File), filepath.Ext(r.File))
		return activation(d.company, r.Kind, name, today, src), nil, nil
	}
	return doc, nil, fmt.Errorf("kind of document %q: want policy, calendar or roster", r.Kind)
}
