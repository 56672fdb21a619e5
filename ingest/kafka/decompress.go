package kafka

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/segmentio/kafka-go/compress"
)

// decompressor opens the records of a batch into one buffer that it reuses.
//
// Gzip and LZ4 go through kafka-go's codecs. Its codecs for snappy and zstd
// allocate what a frame claims to need, up to gigabytes, before they notice
// that it is a lie; for these the bytes are checked against the limit first.
type decompressor struct {
	limit  int
	buf    []byte
	source bytes.Reader
	zstd   *zstd.Decoder // made on first use, for zstdLimit
	zlimit int
}

var (
	errCodec  = errors.New("unknown compression")
	errSnappy = errors.New("bad snappy framing")
)

// open returns the records in payload: payload itself if codec is 0, otherwise
// the buffer, which the next call overwrites.
func (d *decompressor) open(codec int, payload []byte) (out []byte, err error) {
	switch compress.Compression(codec) {
	case compress.None:
		return payload, nil
	case compress.Gzip, compress.Lz4:
		out, err = d.stream(compress.Codecs[codec], payload)
	case compress.Snappy:
		out, err = d.snappy(payload)
	case compress.Zstd:
		out, err = d.zstandard(payload)
	default:
		err = fmt.Errorf("%w %d", errCodec, codec)
	}
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return out, nil
}

// stream reads a codec to its end or to one byte beyond the limit.
func (d *decompressor) stream(codec compress.Codec, payload []byte) ([]byte, error) {
	d.source.Reset(payload)
	reader := codec.NewReader(&d.source)
	defer reader.Close() // returns the codec to its pool; there is nothing to flush
	out := d.buf[:0]
	for {
		if len(out) == cap(out) {
			out = append(out, make([]byte, max(len(out), len(payload), 4<<10))...)[:len(out)]
		}
		n, err := reader.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		d.buf = out
		switch {
		case len(out) > d.limit:
			return nil, ErrTooLarge
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}

// xerialMagic starts the framing of the Java producer: 16 bytes of header, then
// blocks of length int32 and snappy data. Others send one bare snappy block.
var xerialMagic = []byte{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

func (d *decompressor) snappy(payload []byte) (out []byte, err error) {
	if !bytes.HasPrefix(payload, xerialMagic) {
		d.buf, err = d.appendSnappy(d.buf[:0], payload)
		return d.buf, err
	}
	if len(payload) < 16 {
		return nil, errSnappy
	}
	out = d.buf[:0]
	for rest := payload[16:]; len(rest) > 0; {
		if len(rest) < 4 {
			return nil, errSnappy
		}
		n := int64(binary.BigEndian.Uint32(rest))
		if rest = rest[4:]; n > int64(len(rest)) {
			return nil, errSnappy
		}
		if out, err = d.appendSnappy(out, rest[:n]); err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	d.buf = out
	return out, nil
}

func (d *decompressor) appendSnappy(out, block []byte) ([]byte, error) {
	n, err := snappy.DecodedLen(block)
	if err != nil {
		return out, err
	}
	if n > d.limit-len(out) {
		return out, ErrTooLarge
	}
	// A block claims its size in its first bytes; no more than 64 bytes come out
	// of 3, so a larger claim is a lie that would only cost memory.
	if int64(n) > 32*int64(len(block)) {
		return out, errSnappy
	}
	start := len(out)
	if cap(out)-start < n {
		out = append(make([]byte, 0, max(2*cap(out), start+n)), out...)
	}
	if _, err := snappy.Decode(out[start:start+n], block); err != nil {
		return out, err
	}
	return out[:start+n], nil
}

func (d *decompressor) zstandard(payload []byte) ([]byte, error) {
	if d.zstd == nil || d.zlimit != d.limit {
		dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(d.limit)))
		if err != nil {
			return nil, err
		}
		d.zstd, d.zlimit = dec, d.limit
	}
	out, err := d.zstd.DecodeAll(payload, d.buf[:0])
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, err
	}
	d.buf = out
	return out, nil
}
