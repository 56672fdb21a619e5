package embedded

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// stamper gives every batch produced to a topic with message.timestamp.type=LogAppendTime the broker's time, which the
// broker itself does not do: what it calls append time is whatever a producer claims, so that a wrong clock would choose
// which of two conflicting events came first. Other topics keep the producer's time, as in Kafka.
//
// Kafka marks such a batch with an attribute and leaves the times of its records as they are. The broker changes a batch
// with that attribute without a new checksum, so the times themselves are overwritten here, and the answer to the
// producer carries none.
//
// It opens every batch, as Kafka does before it stores one: the broker stores whatever there is inside, and would fall over a
// malformed record each time that it looks for an offset by time, or compacts. What is malformed is refused.
type stamper struct {
	cluster    *kfake.Cluster
	logger     *slog.Logger
	open       kgo.Decompressor
	compress   [5]kgo.Compressor // by codec; the first is none
	isStopping atomic.Bool
}

// maxOpenBatch is the largest batch accepted, in bytes after decompression: a megabyte can unpack to a thousand.
const maxOpenBatch = 64 << 20

var errStopping = errors.New("broker is stopping")

func newStamper(logger *slog.Logger) (*stamper, error) {
	s := &stamper{logger: logger}
	for codec, option := range []kgo.CompressionCodec{
		kgo.CodecGzip: kgo.GzipCompression(), kgo.CodecSnappy: kgo.SnappyCompression(),
		kgo.CodecLz4: kgo.Lz4Compression(), kgo.CodecZstd: kgo.ZstdCompression(),
	} {
		compressor, err := kgo.DefaultCompressor(option)
		if err != nil {
			return nil, fmt.Errorf("codec %d: %w", codec, err)
		}
		s.compress[codec] = compressor
	}
	// Only a client has a decompressor with a bound; that of kgo.DefaultDecompressor is 2 GiB.
	client, err := kgo.NewClient(kgo.MaxDecompressBatchBytes(maxOpenBatch))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	s.open = client.OptValue(kgo.WithDecompressor).(kgo.Decompressor)
	return s, nil
}

// attach makes the stamper see the next produce request to the cluster, and through stampRequest all that follow.
func (s *stamper) attach(cluster *kfake.Cluster) {
	s.cluster = cluster
	cluster.ControlKey(int16(kmsg.Produce), s.stampRequest)
}

// stop makes every later produce request fail. While a request is being stamped the broker goes on with other work, a
// shutdown included, and would then write to a log that it has closed.
func (s *stamper) stop() { s.isStopping.Store(true) }

// stampRequest stamps the batches of a request and leaves the rest of it to the broker.
func (s *stamper) stampRequest(request kmsg.Request) (kmsg.Response, error, bool) {
	// The broker remembers the last request of every connection there ever was for as long as a function is attached,
	// so each request has a function of its own.
	s.cluster.DropControl()
	s.attach(s.cluster)
	if s.isStopping.Load() {
		return nil, errStopping, true
	}
	produce, ok := request.(*kmsg.ProduceRequest)
	if !ok {
		return nil, nil, false
	}
	now := time.Now()
	for i := range produce.Topics {
		topic := &produce.Topics[i]
		if s.isStamped(produce.Version, topic) {
			s.stampTopic(topic, now)
		} else {
			s.stampTopic(topic, time.Time{})
		}
	}
	return nil, nil, false
}

// isStamped says whether a topic is to have append times. Since version 13 a request names topics by their id alone.
func (s *stamper) isStamped(version int16, topic *kmsg.ProduceRequestTopic) bool {
	var info *kfake.TopicInfo
	if version >= 13 {
		info = s.cluster.TopicIDInfo(topic.TopicID)
	} else {
		info = s.cluster.TopicInfo(topic.Topic)
	}
	if info == nil {
		return false // the broker refuses it
	}
	setting := info.Configs["message.timestamp.type"]
	return setting != nil && *setting == "LogAppendTime"
}

func (s *stamper) stampTopic(topic *kmsg.ProduceRequestTopic, now time.Time) {
	for i := range topic.Partitions {
		p := &topic.Partitions[i]
		stamped, err := s.stamp(p.Records, now)
		if err != nil {
			s.logger.Info("batch refused", "topic", topic.Topic, "partition", p.Partition, "err", err)
			refuse(p.Records)
			continue
		}
		p.Records = stamped
	}
}

// Where the fields of a record batch are, and the attributes that matter.
const (
	atLength       = 8
	atMagic        = 16
	atCRC          = 17
	atAttributes   = 21
	atBaseTime     = 27
	atMaxTime      = 35
	atRecordCount  = 57
	atRecords      = 61
	bitsCodec      = 0x07
	bitAppendTime  = 0x08
	bitControl     = 0x20
	lengthExcludes = 12 // the bytes before those that the length counts
)

var (
	castagnoli     = crc32.MakeTable(crc32.Castagnoli)
	errRecordCount = errors.New("batch without records")
	errRecord      = errors.New("record is cut short, or longer than what is in it, or its offset or another number is wrong")
	errTrailer     = errors.New("bytes remain after the last record")
	errCompress    = errors.New("records do not compress")
)

// isRecordBatch says whether data is one batch that passes the broker's own tests. The broker refuses any other.
func isRecordBatch(data []byte) bool {
	if len(data) < atRecords || data[atMagic] != 2 ||
		int64(int32(binary.BigEndian.Uint32(data[atLength:]))) != int64(len(data)-lengthExcludes) ||
		binary.BigEndian.Uint32(data[atCRC:]) != crc32.Checksum(data[atAttributes:], castagnoli) {
		return false
	}
	attributes := binary.BigEndian.Uint16(data[atAttributes:])
	return attributes&bitControl == 0 && attributes&bitsCodec <= uint16(kgo.CodecZstd)
}

// stamp returns the batch with all its times set to now, to the millisecond, or with its own if now is zero; producer, sequence
// and transaction are untouched. It may overwrite batch, also where it returns an error. What is not a batch comes back as it
// is.
func (s *stamper) stamp(batch []byte, now time.Time) ([]byte, error) {
	if !isRecordBatch(batch) {
		return batch, nil
	}
	attributes := binary.BigEndian.Uint16(batch[atAttributes:])
	codec := kgo.CompressionCodecType(attributes & bitsCodec)
	records, err := s.open.Decompress(batch[atRecords:], codec)
	if err != nil {
		return nil, fmt.Errorf("decompress records: %w", err)
	}
	size, stamped := len(records), !now.IsZero()
	records, err = rewrite(records, int32(binary.BigEndian.Uint32(batch[atRecordCount:])), stamped)
	if err != nil {
		return nil, err
	}
	if stamped || len(records) != size { // else they are as they were
		if batch, err = s.repack(batch, records, codec); err != nil {
			return nil, err
		}
	}
	// The attribute is the broker's to set, not a producer's.
	binary.BigEndian.PutUint16(batch[atAttributes:], attributes&^bitAppendTime)
	if stamped {
		binary.BigEndian.PutUint64(batch[atBaseTime:], uint64(now.UnixMilli()))
		binary.BigEndian.PutUint64(batch[atMaxTime:], uint64(now.UnixMilli()))
	}
	seal(batch)
	return batch, nil
}

// repack puts other records into a batch. With the codec of the producer it keeps about its size, and with it the meaning of
// max.message.bytes.
func (s *stamper) repack(batch, records []byte, codec kgo.CompressionCodecType) ([]byte, error) {
	if codec != kgo.CodecNone {
		packed, used := s.compress[codec].Compress(new(bytes.Buffer), records)
		if used != codec {
			return nil, errCompress
		}
		records = packed
	}
	batch = append(batch[:atRecords:len(batch)], records...) // what follows it in the request is another batch
	binary.BigEndian.PutUint32(batch[atLength:], uint32(len(batch)-lengthExcludes))
	return batch, nil
}

// refuse makes the broker answer INVALID_RECORD, as it does to the control batch that this pretends to be. A wrong
// checksum would also be refused, but with an answer upon which producers try again.
func refuse(batch []byte) {
	batch[atAttributes+1] |= bitControl
	seal(batch)
}

// seal sets the checksum.
func seal(batch []byte) {
	binary.BigEndian.PutUint32(batch[atCRC:], crc32.Checksum(batch[atAttributes:], castagnoli))
}
