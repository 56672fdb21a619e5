package monthend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// NotOverError says that a month cannot be closed yet.
type NotOverError struct {
	Month calendar.Month
	Until time.Time // from when on it can be
}

// Error says from when on.
func (e *NotOverError) Error() string {
	return fmt.Sprintf("month %s can be closed from %s on: it has to be over in the zones of all teams, and what is late has to have arrived",
		e.Month, e.Until.UTC().Format("2006-01-02 15:04 UTC"))
}

// NotSettledError says which partitions a close waits for.
type NotSettledError struct {
	Waited time.Duration
	Behind []clickhouse.Progress
}

// Error names the partitions.
func (e *NotSettledError) Error() string {
	var parts []string
	for _, p := range e.Behind {
		parts = append(parts, fmt.Sprintf("%s partition %d: %d records to go", p.Partition.Stream, p.Partition.ID, p.Offset-p.Applied))
	}
	return fmt.Sprintf("not everything has arrived after %v, so the month is not complete: %s (is ingest running? --wait waits longer)",
		e.Waited, strings.Join(parts, "; "))
}

// ErrNoEvents says that there is nothing from which a month could be calculated.
var ErrNoEvents = errors.New("no event has ever arrived: is ingest running, and does it read the right topics?")

// settled waits until every partition is applied up to where it ends now, the month being over, and returns how far that is.
// Whatever is appended later belongs to no close of the month as it is frozen now.
func (d *Desk) settled(ctx context.Context, state *workflow.State, r CloseRequest) ([]workflow.Position, error) {
	end, err := d.monthEnd(ctx, state, r.Month)
	if err != nil {
		return nil, err
	}
	if until := end.Add(d.config.MonthEnd.Grace); d.now().Before(until) {
		return nil, &NotOverError{r.Month, until}
	}
	return d.arrived(ctx, r.Wait, r.Settling)
}

// arrived waits until everything of the company that is in Kafka now is applied and returns how far every partition is.
func (d *Desk) arrived(ctx context.Context, wait time.Duration, settling func(done, total int64)) ([]workflow.Position, error) {
	own := d.config // what others wait for does not concern the company
	own.Streams = slices.DeleteFunc(slices.Clone(own.Streams), func(s config.Stream) bool { return s.Company != d.company })
	behind, err := app.AwaitApplied(ctx, own, wait, settling)
	if err != nil {
		return nil, err
	}
	if len(behind) > 0 {
		return nil, &NotSettledError{wait, behind}
	}
	positions, err := d.store.Positions(ctx)
	if err == nil && len(positions) == 0 {
		err = ErrNoEvents
	}
	return positions, err
}

// monthEnd returns when a month is over in every zone of the company.
func (d *Desk) monthEnd(ctx context.Context, state *workflow.State, m calendar.Month) (end time.Time, err error) {
	zones, err := d.zones(ctx, state)
	for _, zone := range zones {
		if _, to := m.Bounds(zone); to.After(end) {
			end = to
		}
	}
	return end, err
}

// zones returns the zones of which the company's events or rosters tell, or in which its events are read.
func (d *Desk) zones(ctx context.Context, state *workflow.State) ([]*time.Location, error) {
	names, err := d.store.Zones(ctx, d.company)
	if err != nil {
		return nil, err
	}
	for _, s := range d.config.Streams {
		if s.Company == d.company {
			names = append(names, s.Zone)
		}
	}
	for _, e := range state.Events(d.company) {
		names = append(names, e.Zone)
	}
	slices.Sort(names)
	var zones []*time.Location
	for _, name := range slices.Compact(names) {
		zone, err := calendar.Zone(name)
		if err != nil {
			return nil, fmt.Errorf("zones of company %q: %w", d.company, err)
		}
		zones = append(zones, zone)
	}
	return zones, nil
}

// source returns the company's events.
func (d *Desk) source(ctx context.Context) closing.Source { return app.Events(ctx, d.store, d.company) }

// subject returns the events of a subject, none when there are none.
func (d *Desk) subject(ctx context.Context, id string) ([]event.Event, error) {
	next, stop := iter.Pull2(d.source(ctx)(closing.Selection{Subjects: []string{id}}))
	defer stop()
	events, err, ok := next()
	if !ok {
		return nil, nil
	}
	return events, err
}
