package app

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// transactor returns how replays write to a topic. They all have one id for it, so that the last one takes over.
func transactor(c config.Config, topic string) (sinkkafka.TransactorConfig, error) {
	encrypted, err := c.Kafka.TLS.Client()
	if err != nil {
		return sinkkafka.TransactorConfig{}, fmt.Errorf("kafka.tls: %w", err)
	}
	return sinkkafka.TransactorConfig{
		Brokers: c.Kafka.Brokers, ClientID: c.Kafka.ClientID, TLS: encrypted, SASL: mechanism(c.Kafka.SASL),
		DialTimeout: c.Kafka.DialTimeout, ID: "deskpulse-replay-" + topic, Timeout: 2 * c.Kafka.RequestTimeout,
	}, nil
}

// mechanism is how we say who we are, nil if we do not.
func mechanism(c kafka.SASLConfig) sasl.Mechanism {
	user, password := c.Username, string(c.Password)
	switch c.Mechanism {
	case kafka.MechanismPlain:
		return plain.Auth{User: user, Pass: password}.AsMechanism()
	case kafka.MechanismScram256:
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism()
	case kafka.MechanismScram512:
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism()
	case kafka.MechanismNone:
	}
	return nil
}
