package app_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	between "github.com/deskpulse/deskpulse/deploy/dev/proxy" // this package has a proxy of its own
	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestReplayKilled kills replays between, before and in the middle of their transactions, ten times.
func TestReplayKilled(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		rng := rand.New(rand.NewPCG(seed, 1))
		for range 10 {
			killedReplay(t, w, 1+rng.IntN(5), time.Duration(rng.IntN(30_000))*time.Microsecond)
		}
		got, err := w.replay(t.Context(), nil)
		if err != nil || got.Sent != got.Accepted || got.Again+got.Waiting > 0 {
			t.Errorf("the rest: got %+v, %v", got, err)
		}
		w.check(t)
		w.want(t, "again", nil, app.Replayed{Records: worldBroken, Invalid: brokenOnes})
	})
}

// TestReplayTakesOver begins a replay in the middle of another.
func TestReplayTakesOver(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		var second app.Replayed
		first, err := w.replayTelling(t.Context(), func(done int64) {
			if done < 20 || second.Records > 0 {
				return
			}
			var err error
			if second, err = w.replay(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
		if !errors.Is(err, app.ErrReplayedElsewhere) || first.Sent == 0 {
			t.Errorf("the one that was replaced: got %+v, %v", first, err)
		}
		if left := worldMended - first.Sent; second.Sent != left || second.Accepted != left {
			t.Errorf("the one that took over: got %+v, want %d sent", second, left)
		}
		w.check(t)
	})
}

// TestReplayTogether runs replays at once, as they come.
func TestReplayTogether(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		ended := make(chan error, 4)
		for range cap(ended) {
			go func() {
				_, err := w.replay(t.Context(), nil)
				ended <- err
			}()
		}
		for range cap(ended) {
			if err := <-ended; err != nil && !errors.Is(err, app.ErrReplayedElsewhere) {
				t.Error(err)
			}
		}
		if _, err := w.replay(t.Context(), nil); err != nil {
			t.Error(err)
		}
		w.check(t)
	})
}

// TestReplayThroughCuts cuts the connection at every request of a transaction, before the broker knows of it and before
// anybody knows what the broker did.
func TestReplayThroughCuts(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		front, err := between.StartKafka(addr)
		if err != nil {
			t.Fatal(err)
		}
		defer front.Close()
		direct := w.config.Kafka
		w.config.Kafka.Brokers = front.Addrs()
		const some = 12 // of the records that were too large
		for _, key := range []kmsg.Key{kmsg.InitProducerID, kmsg.Produce, kmsg.EndTxn} {
			for _, when := range []between.Moment{between.Before, between.Answered} {
				cut := front.AtRequest(key, when, nil)
				w.cutReplay(t, fmt.Sprintf("%s, %s", key.Name(), when), some)
				select {
				case <-cut:
				default:
					t.Errorf("%s, %s: there was no such request", key.Name(), when)
				}
			}
		}
		// The answer to a commit is lost, and the broker away until the transaction's time is over: nobody knows what
		// became of it before the next session asks.
		w.config.Kafka.RequestTimeout = 2 * time.Second
		front.AtRequest(kmsg.EndTxn, between.Answered, func() {
			front.Refuse(true)
			time.AfterFunc(5*time.Second, func() { front.Refuse(false) })
		})
		w.cutReplay(t, "away after a commit", some/2)
		w.config.Kafka = direct
		if _, err := w.replay(t.Context(), nil); err != nil {
			t.Error(err)
		}
		w.check(t)
	})
}

// cutReplay replays some of the records that were too large. A broker may take a request that is repeated for that of
// somebody who was replaced; then the next replay does what is left.
func (w *replayWorld) cutReplay(t *testing.T, name string, some int64) {
	t.Helper()
	limited := func(c *app.ReplayConfig) { c.Filter.Reason, c.Filter.Limit = event.TooLarge, int(some) }
	got, err := w.replay(t.Context(), limited)
	if errors.Is(err, app.ErrReplayedElsewhere) {
		t.Logf("%s: %v", name, err)
		return
	}
	want := app.Replayed{Records: some, Invalid: map[event.Reason]int64{}, Sent: some, Accepted: some}
	if diff := cmp.Diff(got, want); err != nil || diff != "" {
		t.Errorf("%s: %v (-got, +want):\n%s", name, err, diff)
	}
}
