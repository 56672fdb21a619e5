package doctor

import (
	"context"
	"fmt"
	"strings"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// needed are the requests that deskpulse makes, with the version that it needs, or would like to have.
var needed = []struct {
	key   protocol.ApiKey
	least int
	state State
	since string
	why   string
}{
	{protocol.Produce, 3, Problem, "0.11", "records with headers cannot be written"},
	{protocol.Fetch, 11, Problem, "2.3", "nothing can be read"},
	{protocol.OffsetCommit, 2, Problem, "0.9", "no offset can be committed with its range"},
	{protocol.Metadata, 10, Warning, "2.8", "a topic that was deleted and made again is not recognized"},
	{protocol.Fetch, 13, Warning, "3.1", "a topic that is made again is noticed by one more question for each batch"},
}

// kafkaVersions asks every broker what it speaks, and whether they agree.
func kafkaVersions(ctx context.Context, p *patient) ([]Finding, error) {
	var out []Finding
	first := ""
	for _, b := range p.brokers {
		speaks, err := p.speaks(ctx, address(b))
		if err != nil {
			return out, fmt.Errorf("%s: ask for versions: %w", brokerName(b), err)
		}
		found := well(brokerName(b), "speaks all that is needed")
		for _, n := range needed {
			if speaks[n.key] >= n.least {
				continue
			}
			found = Finding{
				Object: brokerName(b), State: n.state, Found: fmt.Sprintf("%v only to version %d: %s", n.key, speaks[n.key], n.why),
				Want: fmt.Sprintf("%v version %d", n.key, n.least), Do: "use Apache Kafka " + n.since + " or later",
			}
			break // the others follow from the same release
		}
		out = append(out, found)
		var all []string
		for _, n := range needed {
			all = append(all, fmt.Sprintf("%v %d", n.key, speaks[n.key]))
		}
		switch now := strings.Join(all, ", "); {
		case first == "":
			first = now
		case first != now:
			out = append(out, Finding{
				Object: brokerName(b), State: Warning, Found: now, Want: "the same as the first broker: " + first,
				Do: "finish the upgrade of the cluster: until then partitions behave differently on different brokers",
			})
		}
	}
	return out, nil
}

// speaks returns the highest version of each request that the broker at an address takes.
func (p *patient) speaks(ctx context.Context, addr string) (map[protocol.ApiKey]int, error) {
	c := p.Config.Kafka
	c.Topics, c.Brokers = p.wanted(), []string{addr}
	client, err := kafka.New(c)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	res, err := client.API().ApiVersions(ctx, &kafkago.ApiVersionsRequest{})
	if err == nil {
		err = res.Error
	}
	if err != nil {
		return nil, err
	}
	out := map[protocol.ApiKey]int{}
	for _, k := range res.ApiKeys {
		out[protocol.ApiKey(k.ApiKey)] = k.MaxVersion
	}
	return out, nil
}
