package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 5 * time.Second
	sayEvery   = 10 * time.Second // one line in this time says that a server is away
)

// retry repeats an attempt until it succeeds, fails for good, or ctx ends. While it goes on one line now and then says so;
// a server that is away when a process starts is no reason for the process to end.
func retry(ctx context.Context, logger *slog.Logger, what string, passing func(error) bool, attempt func(context.Context) error) error {
	var said time.Time
	began := time.Now()
	for pause := retryFirst; ; pause = min(2*pause, retryMost) {
		err := attempt(ctx)
		switch {
		case err == nil && !said.IsZero():
			logger.Info(what+": done, after all", "after", time.Since(began).Round(time.Second))
			return nil
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%w: %w", err, context.Cause(ctx))
		case !passing(err):
			return err
		case time.Since(said) >= sayEvery:
			said = time.Now()
			logger.Warn(what+": not possible yet, trying again until it is", "err", err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// settleTime is how long a cluster may take to find a leader for each partition and a coordinator for each group.
const settleTime = 30 * time.Second

// untilSettled repeats a question while a broker answers that it cannot be answered yet. A broker that does not answer at
// all is an error at once.
func untilSettled(ctx context.Context, ask func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	return retry(waiting, slog.New(slog.DiscardHandler), "", passingKafka, func(context.Context) error { return ask(ctx) })
}

// passingKafka reports whether a broker has answered, and so that trying again can help.
func passingKafka(err error) bool {
	var answer kafkago.Error
	return errors.As(err, &answer) && kafka.ClassOf(err) == kafka.ClassRetry
}

// passingStore reports whether trying again can help, as errors of a store say by themselves.
func passingStore(err error) bool {
	var e interface {
		Permanent() bool
		Unexplained() bool
	}
	return errors.As(err, &e) && !e.Permanent() && !e.Unexplained()
}
