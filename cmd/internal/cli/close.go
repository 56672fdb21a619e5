package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// closeFlags are the flags of close.
type closeFlags struct {
	monthFlags
	actorFlags
	output
	decide   []string
	wait     time.Duration
	refreeze bool
}

func newClose(env Env) *cobra.Command {
	var f closeFlags
	cmd := &cobra.Command{
		Use:   "close --month MONTH",
		Short: "Calculate a month that is over, and say what is missing",
		Long: `Calculate a month that is over: everybody's points, grade and pay. The first close waits until all that is in
Kafka has arrived and freezes it, with the policy and the calendar: what arrives later changes this month
only as an adjustment. Close again after somebody scored, and what they said counts. While words of people
are missing there is no total for whom they are about, and the exit code is 3.

Nothing is decided by it: who may approve does that. Of two who close at once both get the same result.`,
		Example: `  deskpulse close --data ./data --policy express-cs --month 2026-10
  deskpulse close --data ./data --month 2026-10 --output json
  deskpulse close --data ./data --month 2026-10 --refreeze --policy ./our-policy.yaml --by chen --role supervisor
  deskpulse close status --data ./data`,
		GroupID: groupMonth,
		Args:    noWord,
	}
	f.monthFlags.add(cmd)
	cmd.Flags().Lookup("policy").Usage = "`name` of a shipped policy, or a file (default: the one the month was frozen with, or that is active)"
	f.actorFlags.add(cmd, "the reason, if there is one")
	f.output.add(cmd)
	cmd.Flags().StringArrayVar(&f.decide, "decide", nil, "another reading than the policy's, `decision=reading`; may be repeated")
	cmd.Flags().DurationVar(&f.wait, "wait", time.Minute, "wait at most this `time` until everything that is in Kafka now has arrived")
	cmd.Flags().BoolVar(&f.refreeze, "refreeze", false, "before the approval: take in what has arrived since, and the policy as it is now")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runClose(ctx, env, f) })
	cmd.AddCommand(newCloseStatus(env))
	return cmd
}

func runClose(ctx context.Context, env Env, f closeFlags) error {
	r, err := f.request(env)
	if err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		bars := stages{env: env}
		defer bars.close()
		r.Settling, r.Reading = bars.report("arriving"), bars.report("reading")
		c, err := desk.CloseMonth(ctx, r)
		if err != nil {
			return err
		}
		bars.close()
		if f.output == outputText {
			err = showClosed(ctx, env, desk, c)
		} else {
			err = f.show(env.Out, closedOf(c), func(io.Writer) error { return nil })
		}
		if err == nil && c.Month.Phase == workflow.PhaseCalculated {
			err = errUnclean
		}
		return err
	})
}

// request checks the flags.
func (f *closeFlags) request(env Env) (monthend.CloseRequest, error) {
	r := monthend.CloseRequest{Policy: f.policy, Decide: f.decide, Why: f.why, Wait: f.wait, Refreeze: f.refreeze}
	var err error
	if r.Month, err = f.which(); err != nil {
		return r, err
	}
	if f.wait < 0 {
		return r, usagef("--wait %v is negative", f.wait)
	}
	if document.IsPath(f.policy) { // a name may be that of a policy which the company activated: the desk knows
		if _, err = decided(f.policy, f.decide); err != nil {
			return r, err
		}
	}
	r.By, err = f.actorOr(env, workflow.Actor{Name: systemUser(env), Role: policy.Supervisor})
	return r, err
}

// systemUser is who calculates where nobody is named. Calculating decides nothing, so that is enough to find them.
func systemUser(env Env) string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := env.Getenv("USER"); name != "" {
		return name
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// closedJSON is what a month came to, for programs.
type closedJSON struct {
	monthJSON
	New        bool          `json:"new"`
	Decide     []string      `json:"decide"` // readings other than the policy's, "decision=reading"
	Run        runJSON       `json:"run"`
	Missing    []missingJSON `json:"missing"`
	Results    []resultJSON  `json:"results"`
	Proposals  []proposalOf  `json:"proposals"`
	Interviews []interviewOf `json:"interviews"`
	Due        dueJSON       `json:"due"`
	Notes      []string      `json:"notes"`
}

type runJSON struct {
	ID         string `json:"id"`
	InputHash  string `json:"input_hash"`
	ResultHash string `json:"result_hash"`
	Agents     int    `json:"agents"`
	Missing    int    `json:"missing"`
	Events     int64  `json:"events"`
	Duplicates int64  `json:"duplicates"`
	Conflicts  int64  `json:"conflicts"`
	Sequence   int64  `json:"sequence"` // of the last decision that entered
	Head       string `json:"head"`
}

type missingJSON struct {
	Agent string         `json:"agent"`
	Name  string         `json:"name"`
	Item  string         `json:"item"`
	Rule  string         `json:"rule"`
	Title document.Title `json:"title"`
	Text  document.Title `json:"text"`
}

// resultJSON is a result in short. Points and money are decimals in texts, as in a policy; null while something is missing.
type resultJSON struct {
	Agent string  `json:"agent"`
	Name  string  `json:"name"`
	Team  string  `json:"team"`
	Total *string `json:"total"`
	Grade string  `json:"grade"`
	Pay   *string `json:"pay"`
}

type proposalOf struct {
	Agent string         `json:"agent"`
	Name  string         `json:"name"`
	Rule  string         `json:"rule"`
	Text  document.Title `json:"text"`
}

type interviewOf struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
	Grade string `json:"grade"`
}

// dueJSON is by when the month has to be scored, and paid; both days still count.
type dueJSON struct {
	Scored string `json:"scored"`
	Paid   string `json:"paid"`
}
