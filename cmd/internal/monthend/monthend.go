// Package monthend is what people do with a month: close it, score it, approve, publish and export it, and afterwards adjust
// it. Each step reads the log of decisions, does its work, and appends what it decided together with the versions of what it
// saw; the log's fold says whether that stands. Nothing here locks anything: two who do the same at once end with one result,
// and the other is told who was faster.
package monthend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Desk is where the months of one company are worked on. It is for one goroutine.
type Desk struct {
	config  config.Config
	company string
	store   *clickhouse.Store
	log     *app.Decisions
	logger  *slog.Logger
	now     func() time.Time
}

// Open returns the desk of a company. Nothing is read yet but the settings of the topic of decisions.
func Open(ctx context.Context, c config.Config, company string, logger *slog.Logger, now func() time.Time) (*Desk, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, err
	}
	log, err := app.OpenDecisions(ctx, c, logger)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &Desk{config: c, company: company, store: store, log: log, logger: logger, now: now}, nil
}

// Close drops the connections.
func (d *Desk) Close() error { return errors.Join(d.log.Close(), d.store.Close()) }

// State returns what all decisions so far come to.
func (d *Desk) State(ctx context.Context) (*workflow.State, error) { return d.log.Refresh(ctx) }

// Month returns a month as it stands. An empty name of a policy is the only one under which the company has that month, or
// the only one that it has at all.
func (d *Desk) Month(ctx context.Context, policyName string, m calendar.Month) (workflow.Month, error) {
	state, err := d.State(ctx)
	if err != nil {
		return workflow.Month{}, err
	}
	name, err := d.policyName(state, policyName, m)
	if err != nil {
		return workflow.Month{}, err
	}
	return state.Month(workflow.MonthID{Company: d.company, Policy: name, Month: m}), nil
}

// UnknownPolicyError says that nobody can tell under which policy a month is meant.
type UnknownPolicyError struct {
	Company string
	Month   calendar.Month
	Known   []string // names to choose from
}

// Error says what to do.
func (e *UnknownPolicyError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("month %s of company %q was never closed and no policy is active: name one with --policy", e.Month, e.Company)
	}
	return fmt.Sprintf("company %q has several policies: choose one of %v with --policy", e.Company, e.Known)
}

// policyName returns under which policy a month is meant.
func (d *Desk) policyName(state *workflow.State, name string, m calendar.Month) (string, error) {
	var known []string
	if name != "" {
		for _, doc := range state.Documents(d.company, workflow.PolicyDocument) {
			known = append(known, doc.Name)
		}
		if !slices.Contains(known, name) {
			return "", &document.Unknown{What: "policy of company " + d.company, Name: name, Known: slices.Compact(slices.Sorted(slices.Values(known)))}
		}
		return name, nil
	}
	for _, month := range state.Months(d.company) {
		if month.ID.Month == m && month.Frozen != nil {
			known = append(known, month.ID.Policy)
		}
	}
	if len(known) == 0 {
		for _, doc := range state.Documents(d.company, workflow.PolicyDocument) {
			if !slices.Contains(known, doc.Name) {
				known = append(known, doc.Name)
			}
		}
	}
	if len(known) == 1 {
		return known[0], nil
	}
	return "", &UnknownPolicyError{d.company, m, known}
}

// Decision is a command that was appended and what became of it.
type Decision struct {
	ID string
	workflow.Verdict
}

// decide appends a command that expects things to be as the state has them, and returns what became of it, as an error
// where it was refused.
func (d *Desk) decide(ctx context.Context, seen *workflow.State, by workflow.Actor, why string, action workflow.Action) (Decision, error) {
	c := workflow.Command{ID: uuid.NewString(), By: by, Why: why, Expect: seen.Expect(action), Action: action}
	if !d.config.MonthEnd.May(by.Name, by.Role) {
		return Decision{}, fmt.Errorf("%s is not among the actors of the configuration (month_end.actors)", by)
	}
	if err := c.Validate(); err != nil {
		return Decision{}, &workflow.RefusedError{Refusal: workflow.Refusal{Code: workflow.CodeInvalid, Detail: err.Error()}}
	}
	v, err := d.log.Append(ctx, c)
	if err != nil {
		return Decision{}, err
	}
	return Decision{c.ID, v}, v.Err()
}

// refused reports whether an error is a refusal for one of the reasons.
func refused(err error, codes ...workflow.RefusalCode) bool {
	var r *workflow.RefusedError
	return errors.As(err, &r) && slices.Contains(codes, r.Code)
}
