package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// kafkaBrokers asks for the cluster's brokers and opens a connection to each at the address that it advertises, which is
// where clients go after the first answer, and is often one that only other brokers can reach.
func kafkaBrokers(ctx context.Context, p *patient) ([]Finding, error) {
	away := func(err error) awayError {
		return awayError{err, "start Kafka, or correct kafka.brokers, kafka.tls and kafka.sasl"}
	}
	c := p.Config.Kafka
	c.Topics = p.wanted()
	client, err := kafka.New(c)
	if err != nil {
		return nil, away(err)
	}
	p.kafka = client
	res, err := client.API().Metadata(ctx, &kafkago.MetadataRequest{Topics: c.Topics})
	if err != nil {
		return nil, away(fmt.Errorf("ask %v for the cluster: %w", c.Brokers, err))
	}
	for _, t := range res.Topics {
		switch {
		case t.Error == nil:
			p.topics[t.Name] = topic{Topic: t}
		case errors.Is(t.Error, kafkago.TopicAuthorizationFailed):
			p.hidden = append(p.hidden, t.Name)
		}
	}
	p.brokers = res.Brokers
	slices.SortFunc(p.brokers, func(a, b kafkago.Broker) int { return cmp.Compare(a.ID, b.ID) })
	var out []Finding
	for _, b := range p.brokers {
		addr := address(b)
		if err := dial(ctx, addr); err != nil {
			out = append(out, Finding{
				Object: brokerName(b), State: Problem, Found: err.Error(), Want: "a connection to the address that the broker advertises",
				Do: "set advertised.listeners of that broker to an address that this machine can reach, or start it",
			})
			continue
		}
		out = append(out, well(brokerName(b), "answers at %s", addr))
	}
	return out, nil
}

func dial(ctx context.Context, addr string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

func address(b kafkago.Broker) string { return net.JoinHostPort(b.Host, strconv.Itoa(b.Port)) }

func brokerName(b kafkago.Broker) string { return "broker " + strconv.Itoa(b.ID) }
