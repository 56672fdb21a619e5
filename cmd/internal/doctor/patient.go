package doctor

import (
	"context"
	"fmt"
	"strconv"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// patient is what is examined, and what earlier checks of an area have learned for the later ones. Each field below
// belongs to one area, so no two goroutines share it.
type patient struct {
	Input

	kafka   *kafka.Client
	brokers []kafkago.Broker
	topics  map[string]topic // by name, those that exist
	hidden  []string         // topics of which we may not know whether they exist

	store *clickhouse.Store
}

// topic is a topic as the cluster describes it.
type topic struct {
	kafkago.Topic
	settings map[string]string
}

func (p *patient) close() {
	if p.kafka != nil {
		p.kafka.Close()
	}
	if p.store != nil {
		_ = p.store.Close()
	}
}

// wanted are the topics that deskpulse reads and writes, each once.
func (p *patient) wanted() []string {
	names := p.Config.KafkaClient().Topics
	return append(names, p.Config.DeadLetters, p.Config.Decisions)
}

// settings asks for the settings of topics, or of brokers by their number, in one question for each broker.
func (p *patient) settings(ctx context.Context, kind kafkago.ResourceType, names ...string) (map[string]map[string]string, error) {
	req := &kafkago.DescribeConfigsRequest{}
	for _, name := range names {
		req.Resources = append(req.Resources, kafkago.DescribeConfigRequestResource{ResourceType: kind, ResourceName: name})
	}
	res, err := p.kafka.API().DescribeConfigs(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("describe settings: %w", err)
	}
	out := map[string]map[string]string{}
	for _, r := range res.Resources {
		if r.Error != nil {
			return nil, fmt.Errorf("describe settings of %q (needs the right DescribeConfigs): %w", r.ResourceName, r.Error)
		}
		out[r.ResourceName] = map[string]string{}
		for _, e := range r.ConfigEntries {
			out[r.ResourceName][e.ConfigName] = e.ConfigValue
		}
	}
	return out, nil
}

// number reads a setting that is a number.
func number(settings map[string]string, name string) (int64, bool) {
	n, err := strconv.ParseInt(settings[name], 10, 64)
	return n, err == nil
}

// alter is the command that changes a setting of a topic.
func alter(topic, setting string) string {
	return fmt.Sprintf("kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s", topic, setting)
}
