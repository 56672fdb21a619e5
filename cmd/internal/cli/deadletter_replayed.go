package cli

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// replayed is the JSON of a replay.
type replayed struct {
	Check      bool                   `json:"check"`          // nothing was sent
	Records    int64                  `json:"records"`        // chosen: rejected, and no events yet
	Expired    int64                  `json:"expired"`        // of these have no bytes any more
	Invalid    int64                  `json:"invalid"`        // of these would be rejected again
	Reasons    map[event.Reason]int64 `json:"reasons"`        // why those would be
	Acceptable int64                  `json:"acceptable"`     // would be accepted
	Sent       int64                  `json:"sent"`           // are in Kafka again
	Accepted   int64                  `json:"accepted"`       // of those sent became events
	Again      int64                  `json:"rejected_again"` // of those sent were rejected again
	Waiting    int64                  `json:"waiting"`        // of those sent are not applied yet
}

func replayedOf(r app.Replayed, cfg app.ReplayConfig) replayed {
	out := replayed{Check: cfg.Check, Records: r.Records, Expired: r.Expired, Reasons: r.Invalid, Acceptable: r.Acceptable(),
		Sent: r.Sent, Accepted: r.Accepted, Again: r.Again, Waiting: r.Waiting}
	for _, n := range r.Invalid {
		out.Invalid += n
	}
	return out
}

func showReplayed(w io.Writer, r app.Replayed, cfg app.ReplayConfig) error {
	if r.Records == 0 {
		_, err := fmt.Fprintln(w, "nothing to send: every rejected record that was chosen is an event already, or there is none")
		return err
	}
	t := newTable(table.Row{"rejected records", "records"}, 2)
	row := func(n int64, what string) {
		if n > 0 {
			t.AppendRow(table.Row{what, groups(n)})
		}
	}
	for _, reason := range byCount(r.Invalid) {
		row(r.Invalid[reason], "would be rejected again: "+string(reason))
	}
	row(r.Expired, "have no bytes any more")
	if cfg.Check {
		row(r.Acceptable(), "would be accepted")
	}
	row(r.Accepted, "sent, and accepted")
	row(r.Again, "sent, and rejected again")
	row(r.Waiting, "sent, and not applied yet")
	t.AppendFooter(table.Row{"all", groups(r.Records)})
	if err := render(w, t); err != nil {
		return err
	}
	return concludeReplay(w, r, cfg)
}

// concludeReplay says what to do next.
func concludeReplay(w io.Writer, r app.Replayed, cfg app.ReplayConfig) (err error) {
	fmt.Fprintln(w)
	switch {
	case cfg.Check && r.Acceptable() > 0:
		_, err = fmt.Fprintf(w, "without --check %s would be sent\n", groups(r.Acceptable()))
	case cfg.Check:
		_, err = fmt.Fprintln(w, "nothing would be sent: see `deskpulse deadletter list` for what is wrong with them")
	case r.Waiting > 0:
		_, err = fmt.Fprintln(w, "some are in Kafka and not applied yet: run it again when ingest has caught up")
	case r.Records > r.Accepted:
		_, err = fmt.Fprintf(w, "%s sent, %s are events now; `deskpulse deadletter list` says what is wrong with the rest\n", groups(r.Sent), groups(r.Accepted))
	default:
		_, err = fmt.Fprintf(w, "%s sent, and each is an event now\n", groups(r.Sent))
	}
	if err == nil && r.Records == int64(cfg.Filter.Limit) {
		_, err = fmt.Fprintln(w, "there may be more: --limit was reached")
	}
	return err
}
