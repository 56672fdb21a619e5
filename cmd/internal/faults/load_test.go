package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	kafkago "github.com/segmentio/kafka-go"
)

// load produces events, copies of events and poison until it is told to stop, and keeps count of what must come out.
type load struct {
	writer   *kafkago.Writer
	rng      *rand.Rand
	accepted map[string]bool      // identities of the valid events produced
	copies   int                  // valid records beyond the first of their identity
	rejected map[event.Reason]int // poison produced
	earlier  []kafkago.Message
	cancel   context.CancelFunc
	done     chan error
}

// loadLimit bounds a load that nobody stops, in records; loadStep is how many are produced at a time.
const (
	loadLimit = 40_000
	loadStep  = 50
)

// startLoad begins to produce fifty records at every beat of the pace: about a thousand a second when flowing.
func startLoad(t *testing.T, broker, topic string, seed uint64, pace time.Duration) *load {
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{
		writer: &kafkago.Writer{Addr: kafkago.TCP(broker), Topic: topic, RequiredAcks: kafkago.RequireAll,
			Balancer: kafkago.Murmur2Balancer{}, BatchTimeout: time.Millisecond, Transport: &kafkago.Transport{MetadataTTL: time.Second}},
		rng:      rand.New(rand.NewPCG(seed, 1)),
		accepted: make(map[string]bool), rejected: make(map[event.Reason]int), cancel: cancel, done: make(chan error, 1),
	}
	go func() { l.done <- l.run(ctx, pace) }()
	t.Cleanup(func() { cancel() })
	return l
}

func (l *load) run(ctx context.Context, pace time.Duration) error {
	defer l.writer.Close()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for n := 0; n < loadLimit; n += loadStep {
		messages := make([]kafkago.Message, loadStep)
		for i := range messages {
			messages[i] = l.message(n + i)
		}
		// Not with ctx: what was counted must be produced.
		if err := l.writer.WriteMessages(context.Background(), messages...); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// stop ends the load; from then on its counts are final.
func (l *load) stop(t *testing.T) {
	t.Helper()
	l.cancel()
	if err := <-l.done; err != nil {
		t.Fatalf("produce: %v", err)
	}
}

func (l *load) message(i int) kafkago.Message {
	switch p := l.rng.IntN(100); {
	case p < 2:
		return l.poison(i)
	case p < 7 && len(l.earlier) > 0:
		l.copies++
		return l.earlier[l.rng.IntN(len(l.earlier))]
	}
	m := valid(i)
	l.accepted[identity(m)] = true
	l.earlier = append(l.earlier, m)
	return m
}

func valid(i int) kafkago.Message {
	subject := fmt.Sprintf("c%d", i%997)
	value := fmt.Sprintf(`{"specversion":"1.0","id":"e%d","source":"pbx","type":"call.ended","subject":%q,"time":%q,`+
		`"data":{"direction":"inbound","outcome":"answered","agent":"a%d","talk_ms":%d}}`,
		i, subject, time.Now().UTC().Add(-time.Minute).Format(time.RFC3339), i%40, i)
	return kafkago.Message{Key: []byte(subject), Value: []byte(value)}
}

// identity names the event of a valid message: its subject and its id.
func identity(m kafkago.Message) string {
	_, rest, _ := strings.Cut(string(m.Value), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return string(m.Key) + "/" + id
}

// poison returns a record that must be rejected, of one kind after the other.
func (l *load) poison(i int) kafkago.Message {
	m := valid(i)
	text := string(m.Value)
	kinds := []struct {
		reason event.Reason
		value  string
	}{
		{event.InvalidJSON, text[:len(text)/2]},
		{event.WrongType, strings.Replace(text, `"talk_ms":`, `"talk_ms":1.5,"wait_ms":`, 1)},
		{event.UnknownType, strings.Replace(text, "call.ended", "call.begun", 1)},
		{event.MissingField, strings.Replace(text, `"direction":"inbound",`, "", 1)},
		{event.TooLarge, strings.Replace(text, "a", strings.Repeat("a", 70<<10), 1)},
		{event.InvalidUTF8, strings.Replace(text, "pbx", "p\xff", 1)},
		{event.DuplicateKey, strings.Replace(text, `"id"`, `"source":"x","id"`, 1)},
	}
	kind := kinds[i%len(kinds)]
	l.rejected[kind.reason]++
	m.Value = []byte(kind.value)
	return m
}
