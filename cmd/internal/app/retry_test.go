package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

func TestABrokerThatSettlesIsWaitedFor(t *testing.T) {
	errAway := errors.New("connection refused")
	for _, c := range []struct {
		name    string
		answers []error // the last one again and again
		want    error
		asked   int
	}{
		{"at once", []error{nil}, nil, 1},
		{"a coordinator is found", []error{kafkago.NotCoordinatorForGroup, kafkago.GroupCoordinatorNotAvailable, kafkago.GroupLoadInProgress, nil}, nil, 4},
		{"a leader is found", []error{kafkago.NotLeaderForPartition, nil}, nil, 2},
		{"no right", []error{kafkago.GroupAuthorizationFailed}, kafkago.GroupAuthorizationFailed, 1},
		{"nobody answers", []error{errAway}, errAway, 1},
		{"it never settles", []error{kafkago.NotCoordinatorForGroup}, context.DeadlineExceeded, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, asked := time.Now(), 0
				err := untilSettled(t.Context(), func(context.Context) error {
					answer := c.answers[min(asked, len(c.answers)-1)]
					asked++
					if answer == nil {
						return nil
					}
					return fmt.Errorf("read committed offset: %w", answer)
				})
				if !errors.Is(err, c.want) || asked != c.asked {
					t.Errorf("got %v after %d questions, want %v after %d", err, asked, c.want, c.asked)
				}
				if took := time.Since(began); took > settleTime {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}
