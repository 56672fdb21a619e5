package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

func newScore(env Env) *cobra.Command {
	return parent("score", "Say what only people can: points, words, waivers", groupMonth, newScoreMissing(env), newScoreImport(env), newScoreSet(env))
}

// scoredJSON is what somebody said.
type scoredJSON struct {
	monthJSON
	Scores  int       `json:"scores"`
	Waivers int       `json:"waivers"`
	LeftOut int       `json:"left_out"` // lines of a sheet on which nobody has said anything yet
	Decided *stepJSON `json:"decided"`
}

// showScored says that it counts from the next close on.
func showScored(env Env, out output, m workflow.Month, scores, waivers, leftOut int) error {
	j := scoredJSON{monthNamed(m), scores, waivers, leftOut, stepOf(lastWord(m))}
	return out.show(env.Out, j, func(w io.Writer) error {
		what := counted(scores, "score", "scores")
		if waivers > 0 {
			what += " and " + counted(waivers, "waiver", "waivers")
		}
		next := fmt.Sprintf("`deskpulse close --month %s` counts it", m.ID.Month)
		if m.Phase.Locked() {
			next = "the month is locked: `deskpulse adjust` shows what it changes"
		}
		fmt.Fprintln(w, doneWords(m, what, lastWord(m)))
		if leftOut > 0 {
			fmt.Fprintln(w, fold("", counted(leftOut, "line has neither points nor a reason, and stays missing.", "lines have neither points nor a reason, and stay missing.")))
		}
		_, err := fmt.Fprintln(w, fold("Next: ", next+"."))
		return err
	})
}

// lastWord is who scored, or waived, last.
func lastWord(m workflow.Month) *workflow.Step {
	var last *workflow.Step
	if n := len(m.Scores); n > 0 {
		last = m.Scores[n-1].Step
	}
	if n := len(m.Waivers); n > 0 && (last == nil || m.Waivers[n-1].Sequence > last.Sequence) {
		last = m.Waivers[n-1].Step
	}
	return last
}

// locked says how a line of a month that is locked can still be judged.
func locked(err error) error {
	var refused *workflow.RefusedError
	if errors.As(err, &refused) && refused.Code == workflow.CodeLocked && refused.Winner != nil {
		return fmt.Errorf("%w: since then only an upheld appeal opens a line (--appeal ID)", err)
	}
	return err
}
