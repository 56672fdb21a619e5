package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/simulate"
)

// simulateFlags are the flags of simulate.
type simulateFlags struct {
	target
	output
	desk simulate.Config
}

func newSimulate(env Env) *cobra.Command {
	f := simulateFlags{desk: simulate.Default("")}
	cmd := &cobra.Command{
		Use:   "simulate --month MONTH",
		Short: "Produce a made-up month of a customer-service desk",
		Long: `Make up a month of a customer-service desk and produce it through Kafka to the stream of imports:

- calls, chats, e-mails, inquiries and query reports, with their ratings and orders
- roster, attendance, leave, presence and training
- complaints and mistakes with the rulings on them, reviews, exams

In it is what goes wrong in real life: copies, late and contradictory events, events taken back, broken
records.

The same flags give the same bytes. The result says what the pipeline must make of them, with --output json
for each agent.`,
		Example: `  deskpulse simulate --data ./data --seed 1 --month 2026-10 --agents 40
  deskpulse simulate --data ./data --month 2026-09 --agents 200 --calls-per-day 60 --output json
  deskpulse simulate --data ./data --month 2026-10 --mails-per-day 20 --late-replies 50`,
		GroupID: groupData,
		Args:    cobra.NoArgs,
	}
	f.target.add(cmd)
	f.output.add(cmd)
	cmd.Flags().StringVar(&f.desk.Month, "month", "", "the `month`, such as 2026-10; it must be over")
	cmd.Flags().Uint64Var(&f.desk.Seed, "seed", f.desk.Seed, "another seed is another month")
	cmd.Flags().IntVar(&f.desk.Agents, "agents", f.desk.Agents, "how many people")
	cmd.Flags().IntVar(&f.desk.CallsPerDay, "calls-per-day", f.desk.CallsPerDay, "calls that an average agent answers on a working day")
	cmd.Flags().IntVar(&f.desk.MailsPerDay, "mails-per-day", f.desk.MailsPerDay, "e-mails that an agent has to answer on a usual day")
	cmd.Flags().IntVar(&f.desk.ChatsPerDay, "chats-per-day", f.desk.ChatsPerDay, "chats of an agent on a usual day")
	cmd.Flags().IntVar(&f.desk.LateReplies, "late-replies", f.desk.LateReplies, "e-mails, inquiries and query reports answered too late or never, per thousand")
	cmd.Flags().IntVar(&f.desk.Incidents, "incidents", f.desk.Incidents, "complaints and mistakes reported, about all agents together")
	cmd.Flags().StringVar(&f.desk.Team, "team", f.desk.Team, "`team` of everybody")
	cmd.Flags().StringVar(&f.desk.Zone, "zone", f.desk.Zone, "IANA `zone` of the desk")
	_ = cmd.MarkFlagRequired("month")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		if err := f.check(env); err != nil {
			return err
		}
		c, err := f.resolve(env)
		if err != nil {
			return err
		}
		month, err := simulateMonth(ctx, env, c, f.desk)
		if err != nil {
			return err
		}
		return f.show(env.Out, month.Expected, func(w io.Writer) error { return showMonth(w, f.desk.Month, month.Expected) })
	})
	return cmd
}

// showMonth says what was made up.
func showMonth(w io.Writer, month string, x simulate.Expected) error {
	chats, mails := 0, 0
	for _, a := range x.Agents {
		chats, mails = chats+a.Chats, mails+a.Mails.Due
	}
	_, err := fmt.Fprintf(w, "%s records produced: %s to be accepted, %s to be rejected\n%s calls and %s chats answered, %s e-mails to answer by %d agents in %s\n",
		groups(x.Records), groups(x.Accepted), groups(x.Rejected), groups(x.Answered), groups(chats), groups(mails), len(x.Agents), month)
	return err
}

// check refuses what cannot be made up, and a month whose events would lie in the future.
func (f *simulateFlags) check(env Env) error {
	if err := f.desk.Validate(); err != nil {
		return usageError{err}
	}
	month, err := calendar.ParseMonth(f.desk.Month)
	if err != nil {
		return usageError{err}
	}
	zone, err := calendar.Zone(f.desk.Zone)
	if err != nil {
		return usageError{err}
	}
	if _, end := month.Bounds(zone); env.Now().Before(end) {
		return usagef("month %s is not over: the pipeline rejects events of the future", month)
	}
	return nil
}

// simulateMonth makes up a month and produces it.
func simulateMonth(ctx context.Context, env Env, c config.Config, desk simulate.Config) (*simulate.Month, error) {
	month, err := simulate.New(desk)
	if err != nil {
		return nil, err
	}
	b := newBar(env, int64(month.Expected.Records), "produce", false)
	defer b.close()
	done, err := app.Simulate(ctx, c, month, b.set)
	if err != nil {
		return nil, fmt.Errorf("produce month %s: %w (%d of %d records were acknowledged before)", desk.Month, err, done, month.Expected.Records)
	}
	return month, nil
}
