package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// mendState cuts off what a power cut has left half written at the end of the broker's files of commits and producers.
// The broker itself stops reading there, which is right, and then appends behind it, so that no commit from then on
// would be found by the start after next. Its record batches it cuts off itself.
func mendState(dir string, logger *slog.Logger) error {
	for _, name := range []string{"groups.log", "pids.log"} {
		path := filepath.Join(dir, name)
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("mend %s: %w", name, err)
		}
		whole := wholeEntries(raw)
		if whole == len(raw) {
			continue
		}
		logger.Warn("broker: half an entry at the end of a file is cut off", "file", path, "bytes", len(raw)-whole)
		if err := os.Truncate(path, int64(whole)); err != nil {
			return fmt.Errorf("mend %s: %w", name, err)
		}
	}
	return nil
}

// wholeEntries is the number of bytes at the beginning that are whole entries: a length, a checksum (CRC-32C) of what
// follows it, a version of two bytes and data. The length counts the last two; numbers are little-endian.
func wholeEntries(raw []byte) (whole int) {
	const head, version = 8, 2
	for len(raw)-whole >= head+version {
		length := int64(binary.LittleEndian.Uint32(raw[whole:]))
		if length < version || length > int64(len(raw)-whole-head) {
			break
		}
		entry := raw[whole+head : whole+head+int(length)]
		if crc32.Checksum(entry, castagnoli) != binary.LittleEndian.Uint32(raw[whole+4:]) {
			break
		}
		whole += head + int(length)
	}
	return whole
}
