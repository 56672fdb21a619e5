package faults_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func (l *load) subject() string { return fmt.Sprintf("c%d", l.rng.IntN(l.keys)) }

// valid makes a call; one in eight is long, so that a decoder with a lower limit would reject it, and one in three has a
// zone, the optional fields that have columns, and one that has none.
func (l *load) valid(n int) *kgo.Record {
	subject, source, zone, more := l.subject(), "pbx", "", ""
	if l.rng.IntN(8) == 0 {
		source = strings.Repeat("long-", 30)
	}
	if l.rng.IntN(3) == 0 {
		zone = `"zone":"Europe/Berlin",`
		more = fmt.Sprintf(`,"team":"t%d","queue":"q%d","wait_ms":%d,"wrap_up_ms":%d,"priority":%d`, n%7, n%5, n/2, n%90, n%3)
	}
	value := fmt.Sprintf(`{"specversion":"1.0","id":"e%d","source":%q,"type":"call.ended","subject":%q,%s"time":%q,`+
		`"data":{"direction":"inbound","outcome":"answered","agent":"a%d","talk_ms":%d%s}}`,
		n, source, subject, zone, time.Now().UTC().Add(-time.Minute).Format(time.RFC3339), n%40, n, more)
	return &kgo.Record{Key: []byte(subject), Value: []byte(value)}
}

// again makes a copy of an earlier event. One in four says something else: what is said first stands, and it is a conflict.
// One in four has another source, and is an event of its own. One in three goes into another partition, where it may be
// applied long before or after the first; its offset says nothing then of which came first.
func (l *load) again(n int) *kgo.Record {
	earlier := l.earlier[l.rng.IntN(len(l.earlier))]
	value := string(earlier.Value)
	switch l.rng.IntN(4) {
	case 0:
		value = otherwise.Replace(value)
	case 1:
		value = strings.Replace(value, `"source":"`, `"source":"other-`, 1)
	}
	r := &kgo.Record{Key: earlier.Key, Value: []byte(value)}
	if l.rng.IntN(3) == 0 {
		r.Partition = int32(n)
	}
	return r
}

// otherwise makes of what an event says another length of the talk and another agent.
var otherwise = strings.NewReplacer(`"talk_ms":`, `"talk_ms":1`, `"agent":"`, `"agent":"other-`)

// partitioner sends a record to the partition of its key, or so many partitions further as the record says.
func partitioner() kgo.Partitioner {
	return kgo.BasicConsistentPartitioner(func(topic string) func(*kgo.Record, int) int {
		keyed := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
		return func(r *kgo.Record, n int) int { return (keyed.Partition(r, n) + int(r.Partition)) % n }
	})
}

// identity names the event of a valid record: its subject, its source and its id.
func identity(r *kgo.Record) string {
	member := func(name string) string {
		_, rest, _ := strings.Cut(string(r.Value), `"`+name+`":"`)
		text, _, _ := strings.Cut(rest, `"`)
		return text
	}
	return strings.Join([]string{string(r.Key), member("source"), member("id")}, "/")
}
