package export

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"slices"
)

// archive is a zip file with its members by name and without times. The workbook library writes sheets in the order of a
// map, which would make another file of the same month each time. Only compressed bytes are held.
type archive struct {
	out     io.Writer
	members map[string]*member
}

type member struct {
	name   string
	packed bytes.Buffer
	pack   *flate.Writer
	crc    uint32
	size   uint64
}

// Create begins a member.
func (a *archive) Create(name string) (io.Writer, error) {
	if _, ok := a.members[name]; ok {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	m := &member{name: name}
	var err error
	if m.pack, err = flate.NewWriter(&m.packed, flate.DefaultCompression); err != nil {
		return nil, err
	}
	a.members[name] = m
	return m, nil
}

// AddFS is part of what the library wants of an archive; workbooks have no use for it.
func (a *archive) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Write adds to the member.
func (m *member) Write(p []byte) (int, error) {
	m.crc, m.size = crc32.Update(m.crc, crc32.IEEETable, p), m.size+uint64(len(p))
	return m.pack.Write(p)
}

// Close writes the archive. The types of the parts come first: there the programs that guess look.
func (a *archive) Close() error {
	z := zip.NewWriter(a.out)
	const types = "[Content_Types].xml"
	names := slices.Sorted(maps.Keys(a.members))
	if i := slices.Index(names, types); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, types)
	}
	for _, name := range names {
		m := a.members[name]
		if err := m.pack.Close(); err != nil {
			return err
		}
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: name, Method: zip.Deflate, CRC32: m.crc, CompressedSize64: uint64(m.packed.Len()), UncompressedSize64: m.size,
		})
		if err != nil {
			return err
		}
		if _, err := m.packed.WriteTo(w); err != nil {
			return err
		}
	}
	return z.Close()
}
