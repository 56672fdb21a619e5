package main

import (
	"context"
	"fmt"
)

// paced is ingest while somebody produces at an even rate.
type paced struct {
	deskpulse
	*producer
	failed   firstError
	produced chan struct{} // closed when all is produced
}

func (p *paced) begin(ctx context.Context, t *turn) error {
	if err := p.deskpulse.begin(ctx, t); err != nil {
		close(p.produced)
		return err
	}
	go func() {
		defer close(p.produced)
		p.failed.set(p.run(ctx))
	}()
	return nil
}

func (p *paced) done(ctx context.Context, t *turn) (int64, error) {
	if err := p.failed.get(); err != nil {
		return 0, fmt.Errorf("produce at %.0f events/s: %w", p.rate, err)
	}
	return p.deskpulse.done(ctx, t)
}

func (p *paced) finish(t *turn) error {
	<-p.produced
	return p.deskpulse.finish(t)
}
