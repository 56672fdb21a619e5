package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/twmb/franz-go/pkg/kgo"
)

// poolEvents bounds the memory of the events to produce, and the time it takes to make them up: more than that are produced
// by going through them again, with other numbers.
const poolEvents = 500_000

// numberDigits is how long the number is that stands before the id of an event that is produced for a latency. It makes each
// a different event, and tells when it was due: latency.sql reads as many digits.
const numberDigits = 8

// pooled is an event of the pool, taken apart where its number goes.
type pooled struct {
	key, head, tail []byte // of the record, and of the value before and after the number
	said            [2]string
	partition       int
}

// idMember is where the id begins: the envelope comes before what has an id of its own.
var idMember = []byte(`"id":"`)

// newPooled takes an event apart.
func newPooled(r record, partition int) (p pooled, err error) {
	at := bytes.Index(r.value, idMember)
	if at < 0 {
		return p, fmt.Errorf("event without an id: %s", r.value)
	}
	at += len(idMember)
	before := 0 // source and subject stand before the id, see [made.said]
	for range 2 {
		before += strings.IndexByte(r.said[before:], '\n') + 1
	}
	return pooled{r.key, r.value[:at:at], r.value[at:], [2]string{r.said[:before], r.said[before:]}, partition}, nil
}

// pooled returns a pool for so many events. It is kept, for to make events up takes longer than to produce them.
func (w *world) pooled(events int) ([]pooled, error) {
	want := min(events, poolEvents)
	if len(w.pool) >= want {
		return w.pool, nil
	}
	place := kgo.StickyKeyPartitioner(nil).ForTopic("")
	w.pool = nil
	for r, err := range desks(w.period, want) {
		if err != nil {
			return nil, err
		}
		p, err := newPooled(r, place.Partition(&kgo.Record{Key: r.key}, w.o.partitions))
		if err != nil {
			return nil, err
		}
		w.pool = append(w.pool, p)
	}
	return w.pool, nil
}

// appendNumber appends a number of so many digits.
func appendNumber(dst []byte, n int) []byte {
	var digits [numberDigits]byte
	for i := range digits {
		digits[numberDigits-1-i] = '0' + byte(n%10)
		n /= 10
	}
	return append(dst, digits[:]...)
}

// truthOf is what must come out when so many events of the pool are produced.
func truthOf(pool []pooled, events int) (t truth) {
	var said []byte
	for n := range events {
		p := &pool[n%len(pool)]
		said = append(appendNumber(append(said[:0], p.said[0]...), n), p.said[1]...)
		t.Events++
		t.Bytes += int64(len(p.key) + len(p.head) + numberDigits + len(p.tail))
		t.Hash += xxhash.Sum64(said)
	}
	return t
}
