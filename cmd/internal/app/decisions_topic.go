package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

const maxMessageBytes = "max.message.bytes"

// settled reports whether a setting is as it must be. Of the one that bounds a record, more than we need is as good.
func settled(name, actual, want string) bool {
	n, err := strconv.Atoi(actual)
	return actual == want || name == maxMessageBytes && err == nil && n >= decisionBytes
}

// decisionSettings are what makes a topic a log of record: nothing is removed, nothing is merged, and the time of a
// decision is the broker's word, not its sender's. The largest command fits.
func decisionSettings() map[string]string {
	return map[string]string{
		"retention.ms":           "-1",
		"retention.bytes":        "-1",
		"cleanup.policy":         "delete",
		"message.timestamp.type": "LogAppendTime",
		maxMessageBytes:          strconv.Itoa(decisionBytes),
	}
}

// check returns what is wrong with the topic, and how to mend it. A broker that is away is waited for until ctx ends.
func (l *decisionLog) check(ctx context.Context) error {
	return retry(ctx, l.logger, "check the topic of the decisions", passingLog(), l.checkOnce)
}

func (l *decisionLog) checkOnce(ctx context.Context) error {
	topic := l.partition.Topic
	n, err := l.client.Partitions(ctx, topic)
	if errors.Is(err, kafka.ErrUnknownTopic) {
		return fmt.Errorf("%w: the decisions have none; `up` makes it, or: kafka-topics.sh --create --topic %s --partitions 1 %s",
			err, topic, flags("--config ", " ", decisionSettings()))
	}
	if err != nil {
		return err
	}
	var errs []error
	if n != 1 {
		errs = append(errs, fmt.Errorf("it has %d partitions and must have one, because their order is what decides: "+
			"partitions cannot be taken away, so make another topic and name it under `decisions`", n))
	}
	actual, err := l.settings(ctx)
	if err != nil {
		return err
	}
	wrong := map[string]string{}
	for name, want := range decisionSettings() {
		if !settled(name, actual[name], want) {
			wrong[name] = want
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		least := ""
		if name == maxMessageBytes {
			least = "at least "
		}
		errs = append(errs, fmt.Errorf("%s is %q and must be %s%q", name, actual[name], least, wrong[name]))
	}
	if len(wrong) > 0 {
		errs = append(errs, fmt.Errorf("to mend it: kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s",
			topic, flags("", ",", wrong)))
	}
	if len(errs) > 0 {
		return fmt.Errorf("topic %q cannot hold the decisions: %w", topic, errors.Join(errs...))
	}
	return nil
}

// settings asks for the topic's settings.
func (l *decisionLog) settings(ctx context.Context) (map[string]string, error) {
	topic := l.partition.Topic
	res, err := l.client.API().DescribeConfigs(ctx, &kafkago.DescribeConfigsRequest{Resources: []kafkago.DescribeConfigRequestResource{{
		ResourceType: kafkago.ResourceTypeTopic, ResourceName: topic, ConfigNames: slices.Collect(maps.Keys(decisionSettings())),
	}}})
	if err != nil {
		return nil, fmt.Errorf("describe topic %q: %w", topic, err)
	}
	out := map[string]string{}
	for _, r := range res.Resources {
		if r.Error != nil {
			return nil, fmt.Errorf("describe topic %q (needs DescribeConfigs on it): %w", topic, r.Error)
		}
		for _, e := range r.ConfigEntries {
			out[e.ConfigName] = e.ConfigValue
		}
	}
	return out, nil
}

// flags writes settings as Kafka's tools take them.
func flags(before, between string, settings map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		out = append(out, before+name+"="+settings[name])
	}
	return strings.Join(out, between)
}
