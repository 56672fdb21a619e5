package workflow

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Hash is a link of the chain of accepted commands.
type Hash [sha256.Size]byte

// String returns the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Accepted is a command that counts, and its place among them.
type Accepted struct {
	Sequence int64 // 1 for the first one
	Offset   int64
	Time     time.Time // when the broker appended it, UTC, whole milliseconds
	Hash     Hash      // of the chain up to it
	Command  Command
	Value    []byte // the record's bytes; the state keeps none of them
}

// Head is the end of the chain: the last accepted command. It is zero before the first one.
type Head struct {
	Sequence, Offset int64
	Hash             Hash
	Time             time.Time
}

// Chain returns the hash of the chain that ended in prev and goes on with a: SHA-256 of
//
//	prev       32 bytes, zeros before the first command
//	sequence    8 bytes, big-endian
//	offset      8 bytes, big-endian
//	time        8 bytes, big-endian, Unix milliseconds
//	value      the record's bytes, to the end
//
// So a record that was changed, moved, added or removed shows in every hash after it. a.Hash does not count.
func Chain(prev Hash, a Accepted) Hash {
	h := sha256.New()
	var numbers [24]byte
	binary.BigEndian.PutUint64(numbers[:], uint64(a.Sequence))
	binary.BigEndian.PutUint64(numbers[8:], uint64(a.Offset))
	binary.BigEndian.PutUint64(numbers[16:], uint64(a.Time.UnixMilli()))
	for _, part := range [][]byte{prev[:], numbers[:], a.Value} {
		h.Write(part) // never fails
	}
	var sum Hash
	h.Sum(sum[:0])
	return sum
}
