package monthend

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// saver writes a file of an export.
type saver func(name string, write func(io.Writer) error) error

// writeExport writes the files into a folder.
func (d *Desk) writeExport(ctx context.Context, folder string, state *workflow.State, m workflow.Month, p export.Payroll, out *Exported) error {
	var save saver = func(name string, write func(io.Writer) error) error {
		f, err := export.Save(filepath.Join(folder, filepath.FromSlash(name)), write)
		if err != nil {
			return err
		}
		f.Name = name
		out.Files = append(out.Files, f)
		return nil
	}
	err := save(workbookName, func(w io.Writer) (err error) {
		out.Control, err = export.WriteXLSX(w, p)
		return err
	})
	if err != nil {
		return err
	}
	if err := save(tableName, func(w io.Writer) error {
		control, err := export.WriteCSV(w, p)
		if err == nil && !reflect.DeepEqual(control, out.Control) {
			err = errors.New("the sums of the table are not those of the workbook")
		}
		return err
	}); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(folder, cardsName), 0o700); err != nil {
		return err
	}
	if p.Exported == nil {
		if err := d.writeCards(ctx, m, p, out, save); err != nil {
			return err
		}
	}
	if len(p.Adjustments) > 0 {
		if err := d.writeCorrected(ctx, state, m, p, out, save); err != nil {
			return err
		}
	}
	return save(controlName, func(w io.Writer) error { return export.WriteControlCSV(w, p.Month, out.Control, out.Files) })
}

// writeCards writes everybody's card, to be printed.
func (d *Desk) writeCards(ctx context.Context, m workflow.Month, p export.Payroll, out *Exported, save saver) error {
	for card, err := range d.store.Cards(ctx, m.ID, p.Run.ID) {
		if err != nil {
			return err
		}
		name := cardsName + "/" + export.FileName("", card.Agent, ".html")
		if err := save(name, func(w io.Writer) error { return export.WriteCard(w, card, p.Month) }); err != nil {
			return err
		}
		out.Cards++
	}
	return nil
}

// correctedSuffix ends the name of a corrected card. No id that is part of a file's name has a dot, so no two cards share one.
func correctedSuffix(m calendar.Month) string { return "." + m.String() + ".html" }

// writeCorrected writes the card that holds now of everybody whose result the adjustments of a payroll have changed, by month:
// what their people have in their hands is wrong.
func (d *Desk) writeCorrected(ctx context.Context, state *workflow.State, m workflow.Month, p export.Payroll, out *Exported, save saver) error {
	people := map[calendar.Month]map[string]bool{}
	for _, a := range p.Adjustments {
		if a.After == nil {
			continue // no card any more
		}
		if people[a.Month] == nil {
			people[a.Month] = map[string]bool{}
		}
		people[a.Month][a.After.Agent] = true
	}
	months := make([]calendar.Month, 0, len(people))
	for month := range people {
		months = append(months, month)
	}
	slices.SortFunc(months, func(a, b calendar.Month) int { return a.First().Compare(b.First()) })
	for _, month := range months {
		adjusted := state.Month(workflow.MonthID{Company: m.ID.Company, Policy: m.ID.Policy, Month: month})
		page, err := d.page(ctx, state, adjusted, adjusted.Holds(), p.Lang)
		if err != nil {
			return err
		}
		page.Draft = p.Draft
		for _, agent := range sortedKeys(people[month]) {
			if err := d.writeOneCorrected(ctx, adjusted, page, agent, out, save); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) writeOneCorrected(ctx context.Context, m workflow.Month, page export.Month, agent string, out *Exported, save saver) error {
	card, ok, err := d.store.Card(ctx, m.ID, m.Holds(), agent)
	if err != nil || !ok {
		return err
	}
	was, err := d.correction(ctx, m.ID, m.Run.ID, m.Holds(), agent)
	if err != nil {
		return err
	}
	name := cardsName + "/" + export.FileName("", agent, correctedSuffix(m.ID.Month))
	out.Corrected++
	return save(name, func(w io.Writer) error { return export.WriteCorrected(w, card, was, page) })
}
