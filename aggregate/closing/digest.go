package closing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// digest hashes the events that were read: of each its identity and what it says, each part preceded by its length, so
// that no two sequences of events look the same. Where an event stood in the log, when it was appended and how often are
// not in it. Of copies that contradict each other the one that stands counts.
type digest struct {
	sum    hash.Hash
	buffer []byte
}

func newDigest() digest { return digest{sum: sha256.New()} }

// add hashes events, given distinct and in an order that does not depend on how they came.
func (d *digest) add(events []*event.Event) error {
	b := d.buffer[:0]
	for _, e := range events {
		content, err := e.Canonical()
		if err != nil {
			return err
		}
		for _, part := range []string{e.Subject, e.Source, e.ID} {
			b = binary.AppendUvarint(b, uint64(len(part)))
			b = append(b, part...)
		}
		b = binary.AppendUvarint(b, uint64(len(content)))
		b = append(b, content...)
	}
	d.sum.Write(b)
	d.buffer = b
	return nil
}

// hex returns the hash so far.
func (d *digest) hex() string { return hex.EncodeToString(d.sum.Sum(nil)) }
