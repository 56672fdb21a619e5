package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/ingest/importer"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// hear produces a complaint about the best agent, and the ruling on it, that the month has not seen.
func (d *demonstration) hear(ctx context.Context) error {
	at := time.Date(2024, 3, 28, 6, 30, 0, 0, time.UTC)
	late := func(id string, at time.Time, data event.Data) importer.Row {
		return importer.Row{Event: event.Event{Source: "complaints", Subject: "complaint-0328", ID: id, Time: at, Zone: "Asia/Shanghai", Data: data}}
	}
	rows := []importer.Row{
		late("1", at, event.IncidentReported{Agent: d.best, Subjects: []string{"call-attitude"}, Complainant: event.FromCustomer}),
		late("2", at.Add(26*time.Hour), event.IncidentRuled{Verdict: event.Upheld, By: "chen", Reason: "heard on the recording"}),
	}
	fmt.Fprintln(d.env.Out)
	for _, r := range rows {
		data, err := json.Marshal(r.Event.Data)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.env.Out, "  %-17s  %s  %s\n  %s\n", event.TypeOf(r.Event.Data).Name, r.Event.Time.Format(time.DateOnly), r.Event.Subject, data)
	}
	result, err := app.Import(ctx, d.config, func(yield func(importer.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err == nil && result.Accepted != len(rows) {
		err = fmt.Errorf("produce the late complaint: %v", result.Lines)
	}
	if err != nil {
		return err
	}
	return d.show(ctx, arrived)
}

func (d *demonstration) adjust(ctx context.Context) error {
	err := d.tellAll(ctx,
		step{args: "adjust --by chen:supervisor"},
		step{args: "approve --adjustment --by wang:leader", why: "heard on both sides"},
		step{args: "export --month " + demoMonth + " --out $OUT/" + adjustedFolder + " --by zhou:finance", without: []string{"file ", "  ", "Noted"}},
	)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.env.Out, "\n$ cut -d, -f1-%d $OUT/%s/payroll.csv\n", shownColumns, adjustedFolder)
	return showPayroll(d.env.Out, filepath.Join(d.out, adjustedFolder, "payroll.csv"))
}

// shownColumns is how many columns of a payroll are for the eye; the others hold hashes.
const shownColumns = 8

// showPayroll prints the first columns of a payroll.
func showPayroll(w io.Writer, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return fmt.Errorf("read %q: %w", file, err)
	}
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row[:min(len(row), shownColumns)], ","))
	}
	return nil
}
