package monthend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// ExportRequest says what to export, and where to.
type ExportRequest struct {
	Policy string
	Month  calendar.Month
	Folder string
	Lang   export.Lang
	Draft  bool // of a month that is not published yet: nothing is noted, and the files say so
	By     workflow.Actor
	Why    string
}

// Exported is what was written.
type Exported struct {
	Month       workflow.Month
	Folder      string
	Files       []workflow.File
	Cards       int      // of the month itself
	Corrected   int      // cards that adjustments have made of published ones
	Adjustments []string // ids of those in the files
	Control     export.Control
}

// The files of an export. Cards are in a folder of their own.
const (
	workbookName = "payroll.xlsx"
	tableName    = "payroll.csv"
	controlName  = "control.csv"
	cardsName    = "cards"
)

// Export writes a month for payroll, all of it or nothing, and notes which files it was.
func (d *Desk) Export(ctx context.Context, r ExportRequest) (Exported, error) {
	state, month, err := d.calculated(ctx, r.Policy, r.Month)
	if err != nil {
		return Exported{}, err
	}
	if !r.Draft && month.Published == nil {
		return Exported{}, fmt.Errorf("%s is %s: only a published month is exported (--draft writes one that says that it is no payroll)", month.ID, month.Phase)
	}
	if _, err := d.stored(ctx, state, month); err != nil { // nobody is paid by cards that were changed
		return Exported{}, err
	}
	p, adjustments, err := d.payroll(ctx, state, month, r)
	if err != nil {
		return Exported{}, err
	}
	if p.Exported != nil && len(adjustments) == 0 {
		return Exported{}, &AlreadyExportedError{month}
	}
	out := Exported{Month: month, Folder: r.Folder, Adjustments: adjustments}
	err = wholeFolder(r.Folder, sent(state.Months(d.company)), func(folder string) (err error) {
		if err = d.writeExport(ctx, folder, state, month, p, &out); err != nil || r.Draft {
			return err
		}
		// Noted before the folder gets its name: of two who export at once, one has no folder.
		out.Month, err = d.after(ctx, state, month, r.By, r.Why, workflow.Export{
			Month: month.ID, Run: month.Run.ID, Files: noted(out.Files), Adjustments: adjustments, Seen: p.Head.Sequence,
		})
		return err
	})
	return out, err
}

// noted returns the files that the log names. The control sheet has the hashes of the cards: those of ten thousand would be
// too much for a command.
func noted(files []workflow.File) []workflow.File {
	return slices.DeleteFunc(slices.Clone(files), func(f workflow.File) bool { return strings.HasPrefix(f.Name, cardsName+"/") })
}

// ExportAgain writes the files of an export once more, which were lost: the same to the last byte, or none. Nothing is noted.
func (d *Desk) ExportAgain(ctx context.Context, r ExportRequest, decision int64) (Exported, error) {
	_, month, err := d.calculated(ctx, r.Policy, r.Month)
	if err != nil {
		return Exported{}, err
	}
	i := slices.IndexFunc(month.Exports, func(e workflow.Exported) bool { return e.Sequence == decision })
	if i < 0 {
		return Exported{}, fmt.Errorf("decision %d is no export of %s", decision, month.ID)
	}
	lost := month.Exports[i]
	state, err := d.log.At(ctx, lost.Seen)
	if err != nil {
		return Exported{}, err
	}
	p, adjustments, err := d.payroll(ctx, state, state.Month(month.ID), r)
	if err != nil {
		return Exported{}, err
	}
	month.Exports = month.Exports[:i+1]
	out := Exported{Month: month, Folder: r.Folder, Adjustments: adjustments}
	err = wholeFolder(r.Folder, nil, func(folder string) error {
		if err := d.writeExport(ctx, folder, state, month, p, &out); err != nil {
			return err
		}
		if !slices.Equal(noted(out.Files), lost.Files) {
			return fmt.Errorf("what comes out is not what decision %d noted, so it is not written: was it in another language, or by another version?", decision)
		}
		return nil
	})
	return out, err
}

// paid returns when a month's own rows went to payroll. A draft is no payroll, so it lists them again.
func paid(m workflow.Month, draft bool) *workflow.Step {
	if draft || len(m.Exports) == 0 {
		return nil
	}
	return &m.Exports[0].Step
}

// AlreadyExportedError says that there is nothing that was not exported before.
type AlreadyExportedError struct{ Month workflow.Month }

// Error says what to do.
func (e *AlreadyExportedError) Error() string {
	by := e.Month.Exports[0]
	return fmt.Sprintf("%s was exported already by %s at %s UTC, decision %d, and no approved adjustment waits: paid twice is wrong, too (--draft writes a copy that says that it is no payroll)",
		e.Month.ID, by.By, by.At.Format(time.DateTime), by.Sequence)
}

// payroll puts together what is written, and names the adjustments in it.
func (d *Desk) payroll(ctx context.Context, state *workflow.State, m workflow.Month, r ExportRequest) (export.Payroll, []string, error) {
	page, err := d.page(ctx, state, m, m.Run.ID, r.Lang)
	if err != nil {
		return export.Payroll{}, nil, err
	}
	page.Exported, page.Draft = paid(m, r.Draft), r.Draft
	p := export.Payroll{Month: page, Cards: d.store.Cards(ctx, m.ID, m.Run.ID)}
	if page.Policy.Cycle.Adjustment == policy.NextMonth {
		return p, nil, nil // nothing is paid on a month that is over: what changes counts in the next one
	}
	unpaid := unpaid(state, m.ID)
	ids := make([]string, len(unpaid))
	for i, a := range unpaid {
		ids[i] = a.ID
		for _, month := range a.Months {
			lines, err := d.adjustmentLines(ctx, state, a, month)
			if err != nil {
				return p, nil, err
			}
			p.Adjustments = append(p.Adjustments, lines...)
		}
	}
	return p, ids, nil
}

// unpaid returns the adjustments under a month's policy that hold and were not paid yet.
func unpaid(state *workflow.State, id workflow.MonthID) []workflow.Adjustment {
	return slices.DeleteFunc(state.Adjustments(id.Company, id.Policy), func(a workflow.Adjustment) bool { return a.Approved == nil || a.Exported != nil })
}

// adjustmentLines returns what an adjustment changed in a month, with the lines of the card that it came from.
func (d *Desk) adjustmentLines(ctx context.Context, state *workflow.State, a workflow.Adjustment, m workflow.AdjustedMonth) ([]export.Adjustment, error) {
	changes, err := d.changes(ctx, state, a, m)
	if err != nil {
		return nil, err
	}
	var lines []export.Adjustment
	for _, c := range changes {
		why, err := d.Why(ctx, a, m, c.Agent)
		if err != nil {
			return nil, err
		}
		lines = append(lines, export.Adjustment{Month: m.Month, Run: m.Run.ID, Before: c.Before, After: c.After, Why: joined(why)})
	}
	return lines, nil
}

// Why says in words which lines of an agent's card an adjustment changed, one after the other.
func (d *Desk) Why(ctx context.Context, a workflow.Adjustment, m workflow.AdjustedMonth, agent string) ([]document.Title, error) {
	id := workflow.MonthID{Company: a.Company, Policy: a.Policy, Month: m.Month}
	before, _, err := d.store.Card(ctx, id, m.From, agent)
	if err != nil {
		return nil, err
	}
	after, _, err := d.store.Card(ctx, id, m.Run.ID, agent)
	if err != nil {
		return nil, err
	}
	changes, err := closing.Difference(&before, &after)
	if err != nil {
		return nil, err
	}
	// Where a line only says something else, it is no reason, unless there is no other.
	if worth := slices.DeleteFunc(slices.Clone(changes), sameWorth); len(worth) > 0 {
		changes = worth
	}
	why := make([]document.Title, len(changes))
	for i, c := range changes {
		why[i] = document.Title{
			ZH: changeWords(c, func(t document.Title) string { return t.ZH }),
			EN: changeWords(c, func(t document.Title) string { return t.EN }),
		}
	}
	return why, nil
}

// joined puts all reasons into one text.
func joined(why []document.Title) document.Title {
	var zh, en []string
	for _, t := range why {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return document.Title{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

func sameWorth(c closing.LineChange) bool {
	return c.Before != nil && c.After != nil && c.Before.Taken == c.After.Taken && c.Before.Status == c.After.Status
}

func changeWords(c closing.LineChange, in func(document.Title) string) string {
	text := func(l *score.Line) string {
		if l == nil {
			return "-"
		}
		return fmt.Sprintf("%s (%s)", in(l.Text), l.Taken)
	}
	title := c.After
	if title == nil {
		title = c.Before
	}
	return fmt.Sprintf("%s: %s → %s", in(title.Title), text(c.Before), text(c.After))
}
