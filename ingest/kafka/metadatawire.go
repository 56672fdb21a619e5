package kafka

import (
	"fmt"

	"github.com/segmentio/kafka-go/protocol"
)

// metadataVersion is the first Metadata that carries topic ids; brokers 2.8 to 4.x have it.
const metadataVersion = 10

// metadataLimit is of an answer's bytes. It names every broker, and every partition of the topic with its replicas.
const metadataLimit = 16 << 20

func encodeMetadata(topic, clientID string, rights bool) []byte {
	b := make([]byte, 0, 64+len(clientID)+len(topic))
	b = appendHeader(b, int16(protocol.Metadata), metadataVersion, clientID)
	b = append(b, noTags)
	b = append(b, compactOne) // topics
	var none topicID          // it is asked for by its name
	b = append(b, none[:]...)
	b = appendCompact(b, topic)
	b = append(b, noTags)
	asked := byte(0)
	if rights {
		asked = 1
	}
	b = append(b, 0, 0, asked) // create no topic; whether to say what is permitted, of the cluster and of topics
	return sealed(append(b, noTags))
}

// decodeMetadata reads the body of a Metadata v10 answer for one topic and returns the topic's id, and what is permitted.
func decodeMetadata(body []byte, topic string) (id topicID, rights Rights, err error) {
	d := decoder{rest: body}
	d.id()
	d.tags()
	d.int32()                 // throttle
	d.array(d.metadataBroker) // brokers
	d.compactBytes()          // cluster
	d.int32()                 // controller
	var name string           // of the last topic
	var code int16            // its error
	topics := d.array(func() { code, name, id, rights = d.metadataTopic() })
	d.int32() // what is permitted
	d.tags()
	d.end()
	switch {
	case d.err != nil:
		return topicID{}, 0, d.err
	case topics != 1 || name != topic:
		return topicID{}, 0, fmt.Errorf("%w: it is not about topic %q", errAnswer, topic)
	}
	if err := fromCode(code); err != nil {
		return topicID{}, 0, err
	}
	return id, rights, nil
}

func (d *decoder) metadataBroker() {
	d.int32()        // id
	d.compactBytes() // host
	d.int32()        // port
	d.compactBytes() // rack
	d.tags()
}

func (d *decoder) metadataTopic() (code int16, name string, id topicID, rights Rights) {
	code = d.int16()
	name = string(d.compactBytes())
	id = d.topicID()
	d.take(1) // whether it is internal
	d.array(d.metadataPartition)
	rights = Rights(d.int32())
	d.tags()
	return code, name, id, rights
}

func (d *decoder) metadataPartition() {
	d.int16() // error
	d.int32() // partition
	d.int32() // leader
	d.int32() // its epoch
	for range 3 {
		d.array(func() { d.int32() }) // replicas, those in sync, those offline
	}
	d.tags()
}
