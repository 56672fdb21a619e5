package kafka

import (
	"io"
	"sync"

	"github.com/segmentio/kafka-go/protocol"
)

// versions knows which of our newer requests each broker takes. kafka-go asks
// too, but keeps only what it can speak itself: Metadata 8 and Fetch 11.
type versions struct {
	mu    sync.Mutex // guards known
	known map[int32]ability
}

// ability is what one broker can do.
type ability struct {
	topicIDs  bool // say the id of a topic
	fetchByID bool // fetch by the id of a topic
}

// of returns what the broker at the other end can do, asking it the first time.
func (v *versions) of(rw io.ReadWriter, broker int32, clientID string) (ability, error) {
	v.mu.Lock()
	a, ok := v.known[broker]
	v.mu.Unlock()
	if ok {
		return a, nil
	}
	request := sealed(appendHeader(nil, int16(protocol.ApiVersions), 0, clientID))
	body, err := exchange(rw, request, versionsLimit, nil)
	if err != nil {
		return a, err
	}
	if a, err = decodeVersions(body); err != nil {
		return a, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known == nil {
		v.known = map[int32]ability{}
	}
	v.known[broker] = a
	return a, nil
}

func (v *versions) fetchByID(rw io.ReadWriter, broker int32, clientID string) (bool, error) {
	a, err := v.of(rw, broker, clientID)
	return a.fetchByID, err
}

// forget makes the broker be asked again. A broker closes the connection on a
// version that it does not have, as after a downgrade.
func (v *versions) forget(broker int32) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.known, broker)
}

// versionsLimit is of an answer's bytes; one request of the protocol takes 6.
const versionsLimit = 64 << 10

// decodeVersions reads the body of an ApiVersions v0 answer.
func decodeVersions(body []byte) (a ability, err error) {
	d := decoder{rest: body}
	d.id()
	code := d.int16()
	n := int(d.int32())
	list := decoder{rest: d.take(6 * n)}
	d.end()
	if d.err != nil {
		return a, d.err
	}
	for range len(list.rest) / 6 {
		key, low, high := protocol.ApiKey(list.int16()), list.int16(), list.int16()
		if key == protocol.Metadata {
			a.topicIDs = low <= metadataVersion && metadataVersion <= high
		}
		if key == protocol.Fetch {
			a.fetchByID = low <= fetchByIDVersion && fetchByIDVersion <= high
		}
	}
	return a, fromCode(code)
}
