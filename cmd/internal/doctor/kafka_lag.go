package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// lag compares how far each stream is read with how long Kafka keeps it. What retention removes before it is read is lost:
// it is counted, and nothing brings it back.
func lag(ctx context.Context, p *patient) ([]Finding, error) {
	var out []Finding
	for _, s := range p.Config.Streams {
		t, ok := p.topics[s.Topic]
		if !ok || t.settings == nil {
			continue
		}
		f, err := p.behind(ctx, s, t)
		if err != nil {
			return out, err
		}
		f.Object = s.Topic
		out = append(out, f)
	}
	return out, nil
}

// behind is the finding about the partition of a stream that is in the greatest danger.
func (p *patient) behind(ctx context.Context, s config.Stream, t topic) (Finding, error) {
	var waiting int64
	var oldest time.Duration
	for _, part := range t.Partitions {
		at := kafka.Partition{Topic: s.Topic, ID: part.ID}
		first, end, err := p.kafka.Bounds(ctx, at)
		if err != nil {
			return Finding{}, err
		}
		next, _, committed, err := p.kafka.Committed(ctx, p.Config.Group.ID, at)
		if err != nil {
			return Finding{}, err
		}
		if committed && next < first {
			return overrun(at, first-next), nil
		}
		if next = max(next, first); next >= end {
			continue
		}
		waiting += end - next
		appended, ok, err := p.appended(ctx, at, next)
		if err != nil {
			return Finding{}, err
		}
		if ok {
			oldest = max(oldest, p.Now().Sub(appended))
		}
	}
	return judge(t, waiting, oldest), nil
}

func overrun(at kafka.Partition, lost int64) Finding {
	return Finding{
		State: Problem, Found: fmt.Sprintf("%v: %d records were removed before they were read", at, lost), Want: "retention longer than any outage",
		Do: "start ingest, which counts them as lost; raise retention.ms; send them again from their source with `deskpulse import`",
	}
}

// judge says what it means that so many records wait, the first of them for so long.
func judge(t topic, waiting int64, oldest time.Duration) Finding {
	kept := "without end"
	ms, ok := number(t.settings, "retention.ms")
	retention := time.Duration(ms) * time.Millisecond
	if ok && ms >= 0 {
		kept = retention.String()
	}
	found := fmt.Sprintf("%d records wait, the first for %v; kept %s", waiting, oldest.Round(time.Second), kept)
	do := "start ingest, or find out what stops it (/healthz, its log); meanwhile: " + alter(t.Name, "retention.ms=-1")
	switch {
	case waiting == 0:
		return well("", "all is read; kept %s", kept)
	case ok && ms >= 0 && oldest > retention*3/4:
		return Finding{State: Problem, Found: found, Want: "to be read before it is removed", Do: do}
	case oldest > time.Minute:
		return Finding{State: Warning, Found: found, Want: "to be read within a minute", Do: do}
	}
	return well("", "%s", found)
}

// appended returns when the record at an offset, or the first behind it, was appended.
func (p *patient) appended(ctx context.Context, at kafka.Partition, offset int64) (time.Time, bool, error) {
	set, err := p.kafka.Fetcher(at).Fetch(ctx, offset)
	if err != nil {
		return time.Time{}, false, err
	}
	defer set.Release()
	var r kafka.Record
	if !set.Next(&r) {
		return time.Time{}, false, set.Err()
	}
	return time.UnixMilli(r.AppendTime), true, nil
}
