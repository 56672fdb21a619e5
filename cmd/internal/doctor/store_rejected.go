package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// From how many rejected records on, and of how many records one, is a warning; and of how many one is a problem. A few
// broken records are in every large stream. Where half are broken the producer is, however few there are.
const (
	manyRejected   = 10
	warnedRejected = 100
	mostRejected   = 2
)

// reasonTime bounds looking for the reasons of all streams. Where very many records were rejected that takes longest, and
// the finding must not be lost for want of a reason.
const reasonTime = 2 * time.Second

// storeRejected looks how many of the records that were applied in the last day could not become events. The time is the
// server's, which stamps what is applied.
func storeRejected(ctx context.Context, p *patient) ([]Finding, error) {
	_, now, err := p.store.Clock(ctx)
	if err != nil {
		return nil, err
	}
	since := now.Add(-24 * time.Hour)
	counts, err := p.store.AppliedSince(ctx, since)
	if answer := new(clickhouse.Error); errors.As(err, &answer) && answer.Code == 60 { // UNKNOWN_TABLE
		return []Finding{{State: Skipped, Found: "not looked at: there are no tables"}}, nil
	} else if err != nil {
		return nil, err
	}
	applied := map[string]clickhouse.StreamCount{}
	for _, c := range counts {
		applied[c.Stream] = c
	}
	short, cancel := context.WithTimeout(ctx, reasonTime)
	defer cancel()
	var out []Finding
	for _, s := range p.Config.Streams {
		var reasons []clickhouse.RejectedCount
		if applied[s.Name].Rejected > 0 {
			if reasons, err = p.store.ReasonsSince(short, s.Name, since); err != nil && !isLate(err) {
				return out, err
			}
		}
		out = append(out, turnedAway(s.Name, applied[s.Name], reasons))
	}
	return out, nil
}

// isLate reports whether the time was over: the driver gives connections the deadline too, and either may be first.
func isLate(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}

// turnedAway says what it means that so many records of a stream were rejected.
func turnedAway(stream string, c clickhouse.StreamCount, reasons []clickhouse.RejectedCount) Finding {
	all := c.Accepted + c.Rejected
	switch {
	case all == 0:
		return well(stream, "no records in the last 24 hours")
	case c.Rejected == 0:
		return well(stream, "none of %d records of the last 24 hours was rejected", all)
	}
	found := fmt.Sprintf("%d of %d records of the last 24 hours were rejected, %s", c.Rejected, all, share(c.Rejected, all))
	if len(reasons) > 0 {
		found += fmt.Sprintf(", most often for %s (%d)", reasons[0].Reason, reasons[0].Records)
	}
	do := fmt.Sprintf("see them with `deskpulse deadletter list --stream %s`, correct the producer, then send them again with "+
		"`deskpulse deadletter replay --stream %[1]s`; they count here until a day has passed", stream)
	switch {
	case c.Rejected*mostRejected >= all:
		return Finding{Object: stream, State: Problem, Found: found, Want: "records that become events", Do: do}
	case c.Rejected >= manyRejected && c.Rejected*warnedRejected >= all:
		return Finding{Object: stream, State: Warning, Found: found, Want: "fewer than one record in a hundred", Do: do}
	}
	return well(stream, "%s", found)
}

// share writes a part of a whole in per cent, cut off behind the tenths so that nothing short of all is called 100 %.
func share(part, whole int64) string {
	tenths := part * 1000 / whole
	if tenths == 0 {
		return "less than 0.1 %"
	}
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}
