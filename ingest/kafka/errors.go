package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// The errors a caller branches on. They are wrapped, so test with errors.Is, or
// ask ClassOf for what to do.
var (
	// ErrUnknownTopic: the topic or the partition does not exist, or not yet, or
	// another topic has taken its name.
	// A topic created a moment ago shows as unknown until the metadata is read again.
	ErrUnknownTopic = errors.New("unknown topic or partition")
	// ErrPermission: the cluster refuses the principal. Grant it Read and
	// Describe on the topic and Read on the group.
	ErrPermission = errors.New("not permitted")
	// ErrFenced: the generation is over and the partition may belong to another
	// member. Stop without writing; the next generation reads the state again.
	ErrFenced = errors.New("fenced: the generation has ended")
	// ErrRebalancing: the group rebalances, so that a claim is refused, and at the
	// end of it a commit. The context of the generation ends soon; until then, retry.
	ErrRebalancing = errors.New("the group is rebalancing")
	// ErrUnavailable: nobody leads the partition, or the leader is not known yet.
	ErrUnavailable = errors.New("no leader available")
	// ErrCorrupt: bytes that are no valid record batch, or fail their CRC.
	ErrCorrupt = errors.New("corrupt record batch")
	// ErrOldFormat: a batch in message format 0 or 1, written before Kafka 0.11.
	ErrOldFormat = errors.New("record batch in message format 0 or 1 (before Kafka 0.11)")
	// ErrTooLarge: a batch beyond Config.MaxBatchBytes.
	ErrTooLarge = errors.New("record batch larger than max_batch_bytes")
	// ErrOldBroker: a broker before Kafka 2.3, which has no Fetch version 11.
	ErrOldBroker = errors.New("broker does not support Fetch version 11 (Kafka 2.3)")
)

// OutOfRangeError says that the offset asked for is not in the log: retention
// removed it, or the topic was recreated.
type OutOfRangeError struct {
	// Wanted is the offset asked for.
	Wanted int64
	// LogStart is the first offset in the log.
	LogStart int64
	// LogEnd is the last stable offset, where the next decided record will be.
	LogEnd int64
}

// Error implements error.
func (e *OutOfRangeError) Error() string {
	return fmt.Sprintf("offset %d is outside the log [%d, %d)", e.Wanted, e.LogStart, e.LogEnd)
}

// BatchError says which record batch cannot be read. It wraps ErrCorrupt,
// ErrOldFormat or ErrTooLarge.
type BatchError struct {
	// Offset is the base offset that the batch states, or the offset wanted if
	// not even that can be read.
	Offset int64
	// Err is the reason.
	Err error
}

// Error implements error.
func (e *BatchError) Error() string {
	return fmt.Sprintf("read record batch at offset %d: %v", e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *BatchError) Unwrap() error { return e.Err }

// Class says what a caller does about an error. It is bounded, so that it can be
// a metric's label.
type Class int

// The classes of errors.
const (
	// ClassNone is the class of nil.
	ClassNone Class = iota
	// ClassRetry: the same call may succeed later; wait with a Backoff.
	ClassRetry
	// ClassCancelled: the caller's own context has ended.
	ClassCancelled
	// ClassOutOfRange: see OutOfRangeError; go on from LogStart, or stop.
	ClassOutOfRange
	// ClassUnknownTopic: retry for a while, then say so loudly.
	ClassUnknownTopic
	// ClassPermission: an operator has to grant access; retry slowly.
	ClassPermission
	// ClassFenced: stop working on the partition.
	ClassFenced
	// ClassCorrupt: reading again gives the same bytes; an operator decides.
	ClassCorrupt
	// ClassFatal: a wrong setting or version; no retry helps.
	ClassFatal
	// ClassUnknown: none of these; retry, then stop loudly.
	ClassUnknown
)

// String returns the class in the form used as a metric's label.
func (c Class) String() string {
	switch c {
	case ClassNone:
		return "none"
	case ClassRetry:
		return "retry"
	case ClassCancelled:
		return "cancelled"
	case ClassOutOfRange:
		return "out_of_range"
	case ClassUnknownTopic:
		return "unknown_topic"
	case ClassPermission:
		return "permission"
	case ClassFenced:
		return "fenced"
	case ClassCorrupt:
		return "corrupt"
	case ClassFatal:
		return "fatal"
	case ClassUnknown:
		return "unknown"
	}
	return fmt.Sprintf("Class(%d)", int(c))
}

// sentinelClass lists what each of our own errors asks for.
var sentinelClass = []struct {
	err   error
	class Class
}{
	{ErrFenced, ClassFenced},
	{ErrPermission, ClassPermission},
	{ErrUnknownTopic, ClassUnknownTopic},
	{ErrCorrupt, ClassCorrupt},
	{ErrOldFormat, ClassCorrupt},
	{ErrTooLarge, ClassCorrupt},
	{ErrOldBroker, ClassFatal},
	{ErrRebalancing, ClassRetry},
	{ErrUnavailable, ClassRetry},
}

// ClassOf returns the class of an error that this package returned.
func ClassOf(err error) Class {
	if err == nil {
		return ClassNone
	}
	for _, s := range sentinelClass {
		if errors.Is(err, s.err) {
			return s.class
		}
	}
	var outOfRange *OutOfRangeError
	var code kafkago.Error
	switch {
	case errors.As(err, &outOfRange):
		return ClassOutOfRange
	case errors.As(err, &code):
		return classOfCode(code)
	case errors.Is(err, context.Canceled), errors.Is(err, kafkago.ErrGenerationEnded):
		return ClassCancelled
	case isNetwork(err):
		return ClassRetry
	}
	return ClassUnknown
}

// isNetwork reports errors of a connection, whose next request opens a new one.
func isNetwork(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed)
}

// classOfCode classes the broker's codes that have no error of our own. All of
// these settings and versions stay wrong until someone changes them.
func classOfCode(code kafkago.Error) Class {
	switch code {
	case kafkago.UnsupportedVersion, kafkago.OffsetMetadataTooLarge, kafkago.InvalidGroupId,
		kafkago.InvalidSessionTimeout, kafkago.InconsistentGroupProtocol, kafkago.InvalidRequest,
		kafkago.UnsupportedSASLMechanism, kafkago.GroupMaxSizeReached, kafkago.UnsupportedCompressionType:
		return ClassFatal
	}
	if code.Temporary() || code == kafkago.Unknown {
		return ClassRetry
	}
	return ClassUnknown
}

// convert puts our error in front of the broker's, where we have one.
func convert(err error) error {
	var code kafkago.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, protocol.ErrNoPartition):
		return fmt.Errorf("%w: %w", ErrUnknownTopic, err)
	case errors.Is(err, protocol.ErrNoLeader):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case !errors.As(err, &code):
		return err
	}
	if own := ownError(code); own != nil {
		return fmt.Errorf("%w: %w", own, err)
	}
	return err
}

func ownError(code kafkago.Error) error {
	switch code {
	case kafkago.UnknownTopicOrPartition, kafkago.UnknownTopicID, kafkago.InconsistentTopicID, kafkago.InvalidTopic:
		return ErrUnknownTopic
	case kafkago.TopicAuthorizationFailed, kafkago.GroupAuthorizationFailed,
		kafkago.ClusterAuthorizationFailed, kafkago.SASLAuthenticationFailed:
		return ErrPermission
	case kafkago.IllegalGeneration, kafkago.UnknownMemberId, kafkago.FencedInstanceID:
		return ErrFenced
	case kafkago.RebalanceInProgress:
		return ErrRebalancing
	case kafkago.LeaderNotAvailable, kafkago.NotLeaderForPartition, kafkago.ReplicaNotAvailable, kafkago.BrokerNotAvailable,
		kafkago.FencedLeaderEpoch, kafkago.UnknownLeaderEpoch:
		return ErrUnavailable
	case kafkago.InvalidMessage:
		return ErrCorrupt
	}
	return nil
}

// fromCode is convert for a bare code; 0 is nil.
func fromCode(code int16) error {
	if code == 0 {
		return nil
	}
	return convert(kafkago.Error(code))
}
