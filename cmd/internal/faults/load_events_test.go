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

// identity names the event of a valid record: its subject and its id.
func identity(r *kgo.Record) string {
	_, rest, _ := strings.Cut(string(r.Value), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return string(r.Key) + "/" + id
}
