package kafka

import (
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
)

// fencing are the answers to a producer that was replaced. The epoch is also raised by a broker that ends a transaction
// because it took too long; it cannot be told from the answer.
var fencing = []error{kerr.ProducerFenced, kerr.InvalidProducerEpoch}

// hopeless are the answers of a broker that the same request will get again, and what would help.
var hopeless = []struct {
	err  error
	hint string
}{
	{kerr.TransactionalIDAuthorizationFailed, "grant Write and Describe on the transactional id"},
	{kerr.ClusterAuthorizationFailed, "grant IdempotentWrite on the cluster"},
	{kerr.TopicAuthorizationFailed, "grant Write and Describe on the topic"},
	{kerr.InvalidTransactionTimeout, "raise the brokers' transaction.max.timeout.ms"},
	{kerr.MessageTooLarge, "raise the topic's max.message.bytes"},
	{kerr.RecordListTooLarge, "raise the topic's max.message.bytes"},
	{kerr.UnsupportedVersion, ""},
	{kerr.InvalidTopicException, ""},
	{kerr.PolicyViolation, ""},
	{kerr.UnsupportedSaslMechanism, "check the SASL mechanism"},
	{kerr.SaslAuthenticationFailed, "check the SASL user and password"},
	{errNoTransactions, "Kafka 0.11 or later is needed"},
}

// explainTransaction is the error table of transactors; nil stays nil. What is not in it may pass: a new transactor finds
// out what became of the transaction.
func explainTransaction(op string, messages int, err error) error {
	if err == nil {
		return nil
	}
	if slices.ContainsFunc(fencing, func(f error) bool { return errors.Is(err, f) }) {
		err = fmt.Errorf("%w: %w", ErrFenced, err)
		return &Error{Op: op, Failed: messages, Err: err, class: classPermanent}
	}
	for _, h := range hopeless {
		if errors.Is(err, h.err) {
			return &Error{Op: op, Failed: messages, Err: err, Hint: h.hint, class: classPermanent}
		}
	}
	return &Error{Op: op, Failed: messages, Err: err, class: classRetry}
}
