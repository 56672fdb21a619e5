package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// deskFlags are the flags of every verb of the month end: where the desk is, and whose.
type deskFlags struct {
	target
	company string
}

func (f *deskFlags) add(cmd *cobra.Command) {
	f.target.add(cmd)
	cmd.Flags().StringVar(&f.company, "company", "", "whose months, a `name` (default: the company of the stream of imports)")
}

// monthFlags are those of the verbs that are about one month, or about the months under one policy.
type monthFlags struct {
	deskFlags
	policy, month string
}

func (f *monthFlags) add(cmd *cobra.Command) {
	f.addPolicy(cmd)
	cmd.Flags().StringVar(&f.month, "month", "", "the `month`, such as 2026-10")
	_ = cmd.MarkFlagRequired("month")
}

func (f *monthFlags) addPolicy(cmd *cobra.Command) {
	f.deskFlags.add(cmd)
	cmd.Flags().StringVar(&f.policy, "policy", "", "`name` of the policy (default: the only one that the company has)")
}

// which returns the month.
func (f *monthFlags) which() (calendar.Month, error) {
	m, err := calendar.ParseMonth(f.month)
	if err != nil {
		return m, usageError{err}
	}
	return m, nil
}

// at works at the company's desk. Whatever goes wrong there is turned into the exit code that it deserves.
func (f *deskFlags) at(ctx context.Context, env Env, work func(*monthend.Desk) error) error {
	return f.with(ctx, env, func(_ config.Config, desk *monthend.Desk) error { return work(desk) })
}

func (f *deskFlags) with(ctx context.Context, env Env, work func(config.Config, *monthend.Desk) error) (err error) {
	c, err := f.resolve(env)
	if err != nil {
		return err
	}
	company, err := companyOf(c, f.company)
	if err != nil {
		return err
	}
	desk, err := monthend.Open(ctx, c, company, c.Log.Logger(env.Err), env.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Close()) }()
	return deskError(work(c, desk))
}

// deskError marks what repeating cannot cure as wrong usage: names that do not exist, points that no rule allows, a month
// that is not over or was never closed. A decision that was refused because of how things stand is no wrong usage.
func deskError(err error) error {
	var refused *workflow.RefusedError
	switch {
	case errors.As(err, &refused):
		if refused.Winner == nil && (refused.Code == workflow.CodeUnknown || refused.Code == workflow.CodeInvalid) {
			return usageError{err}
		}
		return err
	case errors.As(err, new(*document.Unknown)), errors.As(err, new(*document.Invalid)), errors.As(err, new(*policy.ChoiceError)), errors.As(err, new(*monthend.UnknownPolicyError)),
		errors.As(err, new(*monthend.NotClosedError)), errors.As(err, new(*monthend.NotOverError)), errors.As(err, new(*monthend.JudgementError)):
		return usageError{err}
	}
	return err
}

// stages is a bar for each stage of something long, one after the other.
type stages struct {
	env   Env
	stage string
	bar   *bar
}

// report returns what a stage tells how far it is.
func (s *stages) report(stage string) func(done, total int64) {
	return func(done, total int64) {
		if s.stage != stage {
			s.close()
			s.stage, s.bar = stage, newBar(s.env, total, stage, false)
		}
		s.bar.set(done)
	}
}

func (s *stages) close() {
	s.bar.close()
	s.bar = nil
}

// monthJSON is how every verb names a month and its state.
type monthJSON struct {
	Company string         `json:"company"`
	Policy  string         `json:"policy"`
	Month   calendar.Month `json:"month"`
	State   workflow.Phase `json:"state"`
}

func monthNamed(m workflow.Month) monthJSON {
	return monthJSON{m.ID.Company, m.ID.Policy, m.ID.Month, m.Phase}
}

// monthTitle names a month for people.
func monthTitle(id workflow.MonthID) string {
	return fmt.Sprintf("%s of %s under %s", id.Month, printable(id.Company), printable(id.Policy))
}

// stepJSON is who did something, and when.
type stepJSON struct {
	By       string `json:"by"`
	Role     string `json:"role"`
	At       string `json:"at"` // RFC 3339, UTC
	Sequence int64  `json:"sequence"`
	Why      string `json:"why,omitempty"`
}

const rfc3339Milli = "2006-01-02T15:04:05.000Z"

func stepOf(s *workflow.Step) *stepJSON {
	if s == nil {
		return nil
	}
	return &stepJSON{s.By.Name, string(s.By.Role), s.At.UTC().Format(rfc3339Milli), s.Sequence, s.Why}
}

// stepWords says who did something, and when: "by chen (supervisor) on 2026-11-15 12:00 UTC, decision 7".
func stepWords(s *workflow.Step) string {
	return fmt.Sprintf("by %s on %s UTC, decision %d", printable(s.By.String()), s.At.UTC().Format("2006-01-02 15:04"), s.Sequence)
}

// doneWords says what was done with a month, by whom and when.
func doneWords(m workflow.Month, what string, s *workflow.Step) string {
	return fold("", fmt.Sprintf("%s: %s %s", monthTitle(m.ID), what, stepWords(s)))
}
