package faults_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The roles of a load's transactional producers: the second one opens transactions and aborts them.
const (
	mainRole  = ""
	otherRole = "-other"
)

// transactionTimeout is after what time the coordinator aborts a transaction. A producer waits no longer for its end.
const transactionTimeout = 30 * time.Second

// transaction produces records in one transaction. Beside some of them another producer opens one, writes into the same
// partitions, holds them up for a while and aborts.
func (l *load) transaction(ctx context.Context, count int, abort bool) error {
	own := func() error {
		return l.inTransaction(mainRole, abort, func() error { return l.produce(ctx, l.client, count, abort) })
	}
	if l.rng.IntN(10) > 0 {
		return own()
	}
	var failed error
	err := l.inTransaction(otherRole, true, func() error {
		if err := l.produce(ctx, l.other, 5, true); err != nil {
			return err
		}
		failed = own()
		<-time.After(time.Duration(l.rng.IntN(600)) * time.Millisecond) // nothing behind its start can be read meanwhile
		return nil
	})
	return errors.Join(failed, err)
}

// inTransaction has work done in a transaction. Where the brokers are broken one may fail: what was never to be committed
// is aborted then, and of what was the log must say it.
func (l *load) inTransaction(role string, abort bool, work func() error) error {
	client := l.client
	if role == otherRole {
		client = l.other
	}
	if l.breaks { // a record that was in flight can only be given up with its producer
		defer time.AfterFunc(transactionTimeout, client.Close).Stop()
	}
	if err := client.BeginTransaction(); err != nil {
		return err
	}
	first := l.count()
	err := work()
	commit := !abort && err == nil
	ctx, cancel := context.WithTimeout(context.Background(), transactionTimeout)
	defer cancel()
	err = errors.Join(err, client.EndTransaction(ctx, kgo.TransactionEndTry(commit)))
	if err == nil || !l.breaks {
		return err
	}
	if !abort { // else all that this producer has sent is counted as aborted already
		l.failed(event.Range{First: int64(first), Last: int64(l.count()) - 1}, commit)
	}
	return l.renew(role, err)
}

// failed notes records whose transaction ended in an error: they are in the log only if a commit was asked for, and then
// perhaps.
func (l *load) failed(numbers event.Range, perhaps bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for at, n := range l.acked {
		if numbers.Contains(int64(n)) {
			delete(l.acked, at)
		}
	}
	for n := numbers.First; n <= numbers.Last; n++ {
		l.sent[n].aborted = !perhaps
	}
	if perhaps {
		l.unsure = append(l.unsure, numbers)
	}
}

// renew puts a new producer in the place of one that failed.
func (l *load) renew(role string, cause error) error {
	client, err := l.anew(role)
	for deadline := time.Now().Add(time.Minute); err != nil && time.Now().Before(deadline); client, err = l.anew(role) {
		<-time.After(500 * time.Millisecond) // the broker may be away
	}
	if err != nil {
		return fmt.Errorf("begin anew after %w: %w", cause, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, cause)
	old := &l.client
	if role == otherRole {
		old = &l.other
	}
	(*old).Close()
	*old = client
	return nil
}

// anew makes a producer whose coordinator has ended what an earlier one has left open.
func (l *load) anew(role string) (*kgo.Client, error) {
	client, err := kgo.NewClient(l.options(l.brokers, role)...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), transactionTimeout)
	defer cancel()
	if _, _, err := client.ProducerID(ctx); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

// close ends the producers that there are in the end.
func (l *load) close() {
	l.client.Close()
	if l.other != nil {
		l.other.Close()
	}
}

// resolve asks the log what became of the transactions whose end no producer has heard of. It is called when nothing is
// produced any more and everything is applied, so that each has ended. Of one that Apache Kafka has committed every record is
// there; deskpulse's own broker, killed while it ends one, may keep what it had ended of it.
func (r *run) resolve(t *testing.T) {
	t.Helper()
	for _, err := range r.load.failures {
		t.Logf("a transaction failed: %v", err)
	}
	if len(r.load.unsure) == 0 {
		return
	}
	where := make(map[int]position)
	for at, rec := range r.readLog(t) {
		where[rec.number] = at
	}
	for _, numbers := range r.load.unsure {
		committed := 0
		for n := int(numbers.First); n <= int(numbers.Last); n++ {
			at, ok := where[n]
			r.load.sent[n].aborted = !ok
			if ok {
				r.load.acked[at] = n
				committed++
			}
		}
		t.Logf("%d of the %d records of a transaction are committed that nobody had heard of", committed, numbers.Len())
		if r.point.Broker != embeddedBroker && committed != 0 && committed != int(numbers.Len()) {
			t.Errorf("records %s are of one transaction, and %d are in the log", numbers, committed)
		}
	}
}
