package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// errUntrue says that the pipeline's numbers are not those of the generator.
var errUntrue = errors.New("the numbers are not those that the generator knows to be true")

// found is what came out of the pipeline that the generator can check.
type found struct {
	calls   map[string]worked // of agents with calls
	reasons map[event.Reason]int64
}

type worked struct{ Calls, Days int64 }

// look asks the pipeline for what the generator can check.
func (d *demonstration) look(ctx context.Context) (found, error) {
	f := found{calls: map[string]worked{}}
	t, err := ask[struct {
		Agents []struct {
			Agent string
			worked
		}
	}](ctx, d, ExitOK, "tiers", "--policy", demoPolicy, "--month", demoMonth)
	if err != nil {
		return f, err
	}
	for _, a := range t.Agents {
		f.calls[a.Agent] = a.worked
	}
	rejected, err := ask[deadLetters](ctx, d, ExitOK, "deadletter", "list", "--limit", "1")
	f.reasons = rejected.Reasons
	return f, err
}

// compareWithTruth holds what came out against what the generator counted while it made the month up.
func compareWithTruth(env Env, x simulate.Expected, f found) error {
	matching, right := 0, 0
	for _, want := range x.Agents {
		a, ok := f.calls[want.ID]
		switch {
		case ok && a == worked{int64(want.Calls), int64(want.Days)}, !ok && !want.CallDuty && want.Calls == 0:
			matching++
		default:
			fmt.Fprintf(env.Out, "agent %s: %d calls on %d days, should be %d on %d\n", want.ID, a.Calls, a.Days, want.Calls, want.Days)
		}
	}
	for reason, n := range x.Reasons {
		if f.reasons[reason] == int64(n) {
			right++
		}
	}
	fmt.Fprintf(env.Out, "matches the truth of the generator: %d of %d agents, %d of %d reasons of rejection\n", matching, len(x.Agents), right, len(x.Reasons))
	if matching < len(x.Agents) || right < len(x.Reasons) || len(f.reasons) > len(x.Reasons) {
		return errUntrue
	}
	return nil
}
