package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// mostSkew is how far two clocks may be apart. Event times may lie ten minutes after their append time, so a second is
// harmless, and any clock that is kept by NTP does better.
const mostSkew = time.Second

// kafkaClock looks at the append time of the newest record of each partition: if that is in our future, the broker's clock
// is ahead of ours. Kafka tells its time in no other way, so a broker whose clock is behind cannot be found out without
// writing a record, which this does not do; the clock of the server of ClickHouse tells which of the two is wrong.
func kafkaClock(ctx context.Context, p *patient) ([]Finding, error) {
	var newest time.Time
	for _, s := range p.Config.Streams {
		t, ok := p.topics[s.Topic]
		if !ok || t.settings["message.timestamp.type"] != "LogAppendTime" {
			continue
		}
		for _, part := range t.Partitions {
			at := kafka.Partition{Topic: s.Topic, ID: part.ID}
			first, end, err := p.kafka.Bounds(ctx, at)
			if err != nil {
				return nil, err
			}
			if end == first {
				continue
			}
			appended, ok, err := p.appended(ctx, at, end-1)
			if err != nil {
				return nil, err
			}
			if ok && appended.After(newest) {
				newest = appended
			}
		}
	}
	return []Finding{ahead(newest, p.Now())}, nil
}

func ahead(newest, now time.Time) Finding {
	switch ahead := newest.Sub(now); {
	case newest.IsZero():
		return well("", "no record tells the brokers' time yet")
	case ahead > mostSkew:
		return Finding{
			State: Problem, Found: fmt.Sprintf("a record was appended %v after now", ahead.Round(time.Millisecond)), Want: "clocks within a second",
			Do: "set the clocks of the brokers and of this machine by NTP (chronyc tracking): append times decide which copy of an event came first",
		}
	}
	return well("", "the newest record is %v old: no broker is ahead of this machine", max(0, now.Sub(newest)).Round(time.Second))
}
