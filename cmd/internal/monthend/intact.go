package monthend

import (
	"context"
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// ChangedInputError says that a month's input is not there any more as it was frozen.
type ChangedInputError struct {
	Month workflow.MonthID
	Gone  int64 // events that are gone; 0: some were edited, or added where they do not belong
}

// Error says what that means.
func (e *ChangedInputError) Error() string {
	what := "was edited"
	if e.Gone > 0 {
		what = fmt.Sprintf("lacks %d events by now", e.Gone)
	}
	return fmt.Sprintf("what %s was calculated from %s, and what that comes to would look like an adjustment: nothing is adjusted (`deskpulse verify close` shows it)", e.Month, what)
}

// intact refuses months that do not come to the same from what was frozen for them: a row that somebody deleted or edited
// must not become a payment.
func (d *Desk) intact(ctx context.Context, months []workflow.Month) error {
	for _, m := range months {
		c, then, err := d.again(ctx, m, nil)
		if err != nil {
			return err
		}
		if c.run.Input == m.Run.Input {
			continue
		}
		present, applied, err := d.store.InputRows(ctx, d.company, then.Frozen.Positions)
		if err != nil {
			return err
		}
		return &ChangedInputError{m.ID, max(0, applied-present)}
	}
	return nil
}
