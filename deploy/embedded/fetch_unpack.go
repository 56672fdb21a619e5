package embedded

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
)

// maxLibrary bounds what is unpacked, in bytes, so that a broken package cannot fill the disk.
const maxLibrary = 4 << 30

// unpack writes the library of a package to the path library and returns the digests of both. It reads the tarball
// once and to its end: the caller compares the digest and throws the library away if it is not the expected one.
func unpack(ctx context.Context, tarball, library string, progress Progress) (fetched, error) {
	f, err := os.Open(tarball)
	if err != nil {
		return fetched{}, fmt.Errorf("open package: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fetched{}, fmt.Errorf("open package: %w", err)
	}
	digest := sha512.New()
	metered := &meter{ctx: ctx, r: f, total: info.Size(), progress: progress}
	packed := bufio.NewReaderSize(io.TeeReader(metered, digest), 1<<20)
	found, err := unpackLibrary(packed, library)
	if err != nil {
		return fetched{}, fmt.Errorf("unpack package: %w", err)
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return fetched{}, fmt.Errorf("unpack package: %w", err)
	}
	found.Integrity = "sha512-" + base64.StdEncoding.EncodeToString(digest.Sum(nil))
	return found, nil
}

// unpackLibrary finds the one file that matters in a packed tar archive.
func unpackLibrary(packed io.Reader, library string) (fetched, error) {
	unzipped, err := gzip.NewReader(packed)
	if err != nil {
		return fetched{}, err
	}
	archive := tar.NewReader(unzipped)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return fetched{}, fmt.Errorf("there is no %s in it", libraryName)
		}
		if err != nil {
			return fetched{}, err
		}
		if path.Base(header.Name) == libraryName && header.Typeflag == tar.TypeReg {
			return storeLibrary(archive, library)
		}
	}
}

// storeLibrary writes the library durably: the marker that follows must never outlive its content in a power cut.
func storeLibrary(from io.Reader, path string) (fetched, error) {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return fetched{}, err
	}
	digest := sha256.New()
	size, err := io.Copy(io.MultiWriter(out, digest), io.LimitReader(from, maxLibrary))
	if err == nil {
		err = out.Sync()
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	return fetched{Size: size, SHA256: hex.EncodeToString(digest.Sum(nil))}, err
}

// meter reports how much of a file has been read and stops when ctx ends.
type meter struct {
	ctx         context.Context // the meter lives within one call of unpack
	r           io.Reader
	done, total int64
	reported    int64
	progress    Progress
}

// Read reports at most every 4 MiB and at the end.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.done += int64(n)
	if m.done-m.reported >= 4<<20 || m.done == m.total && m.reported != m.total {
		m.reported = m.done
		m.progress("unpack", m.done, m.total)
	}
	return n, err
}
