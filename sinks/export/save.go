package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Save writes a file whole or not at all: beside its place first, on disk before it gets its name. After an error there is
// nothing new and a file that was there before is as it was; only when the folder itself cannot be synced, which is the
// last step, is the new file in place already. It can be read by its owner alone, since it tells wages.
func Save(path string, write func(io.Writer) error) (saved workflow.File, err error) {
	folder, name := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	f, err := os.CreateTemp(folder, "."+name+".*.part")
	if err != nil {
		return workflow.File{}, fmt.Errorf("save %q: %w", path, err)
	}
	part := f.Name()
	placed := false
	defer func() { // also when write panics
		f.Close()
		if !placed {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	sum, err := fill(f, write)
	if err != nil {
		return workflow.File{}, fmt.Errorf("save %q: %w", path, err)
	}
	if err := os.Rename(part, path); err != nil {
		return workflow.File{}, fmt.Errorf("save %q: %w", path, err)
	}
	placed = true
	if err := SyncFolder(folder); err != nil {
		return workflow.File{}, fmt.Errorf("save %q: %w", path, err)
	}
	sum.Name = name
	return sum, nil
}

// fill writes to the file until it is on disk, and closes it: some file systems say only then that they are full.
func fill(f *os.File, write func(io.Writer) error) (workflow.File, error) {
	hash := sha256.New()
	count := &counter{}
	out := bufio.NewWriterSize(io.MultiWriter(f, hash, count), 1<<16)
	if err := write(out); err != nil {
		return workflow.File{}, err
	}
	if err := out.Flush(); err != nil {
		return workflow.File{}, err
	}
	if err := f.Sync(); err != nil {
		return workflow.File{}, err
	}
	return workflow.File{SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: count.n}, f.Close()
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// SyncFolder has the names in a folder on disk.
func SyncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// maxName bounds file names in bytes; most file systems take 255, and [Save] adds some.
const maxName = 180

// FileName returns a file name that begins and ends as told and names an agent. No two agents share one, not even where
// upper and lower case are the same; no id leads out of the folder.
func FileName(prefix, agent, suffix string) string {
	var b strings.Builder
	for rest := agent; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_' || unicode.Is(unicode.Han, r) {
			b.WriteRune(r)
		} else {
			for _, c := range []byte(rest[:size]) {
				fmt.Fprintf(&b, "%%%02x", c)
			}
		}
		rest = rest[size:]
	}
	name := b.String()
	if len(prefix)+len(name)+len(suffix) > maxName {
		sum := sha256.Sum256([]byte(agent))
		name = "%-" + hex.EncodeToString(sum[:]) // no id that is written out has this beginning
	}
	return prefix + name + suffix
}
