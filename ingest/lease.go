package ingest

import (
	"context"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// lease is for how long no other member of the group can own the partition: the coordinator took a claim of ours, and gives
// up on a member only after a while. An insert must be over by then. So a process that was stopped in the middle of a range
// and goes on when others have completed it inserts nothing: the tokens of inserts alone could not keep it from that, for they
// are forgotten after a while, and whoever completed the range has used none in a table for which it had no rows.
type lease struct {
	pending event.Range // that is being written
	until   time.Time
}

// claim commits the intent for a range. The error is kafka.ErrFenced if another member owns the partition, or
// kafka.ErrRebalancing if one is about to.
func (w *worker) claim(ctx context.Context, pending event.Range) error {
	began := time.Now()
	if err := w.log.Claim(ctx, pending.First, w.intent(pending)); err != nil {
		return err
	}
	w.lease = lease{pending, began.Add(w.in.cfg.Lease)}
	return nil
}

// hold makes one insert of the range whose intent is committed, with a context that ends with the lease. Where the lease has
// less time left than an insert may take, as after a long search for refused rows, it is renewed first.
func (w *worker) hold(ctx context.Context, insert func(context.Context) error) error {
	if err := context.Cause(ctx); err != nil { // the partition was taken away: begin nothing more
		return err
	}
	if time.Until(w.lease.until) < w.in.cfg.InsertDeadline {
		if err := w.claim(ctx, w.lease.pending); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithDeadline(ctx, w.lease.until)
	defer cancel()
	return insert(ctx)
}
