package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// What is kept free on the disk of a data folder, in bytes. The order is the point: the engine gives way first, then the
// broker takes no more records, and what is accepted can still be read, inserted and committed.
const (
	engineReserve = 128 << 20
	brokerReserve = 64 << 20
)

// DiskSpace returns what is free for this user on the disk of a folder, and its size, in bytes. A folder that does not
// exist yet counts as its nearest parent that does.
func DiskSpace(dir string) (free, size uint64, err error) {
	var stat syscall.Statfs_t
	for {
		err = syscall.Statfs(dir, &stat)
		parent := filepath.Dir(dir)
		if !errors.Is(err, syscall.ENOENT) || parent == dir {
			break
		}
		dir = parent
	}
	if err != nil {
		return 0, 0, fmt.Errorf("free space of %q: %w", dir, err)
	}
	block := uint64(stat.Bsize)
	return stat.Bavail * block, stat.Blocks * block, nil
}

// needSpace returns an error if the disk of a folder has less than so many bytes.
func needSpace(dir string, bytes uint64) error {
	free, _, err := DiskSpace(dir)
	if err == nil && free < bytes {
		return &fullError{dir: dir, free: free, want: bytes}
	}
	return err
}

// fullError says that a disk is full, where, and what would be enough.
type fullError struct {
	dir        string
	free, want uint64
}

// Error implements error.
func (e *fullError) Error() string {
	return fmt.Sprintf("the disk of %q is full: %s are free, %s are needed: make room on it (see `df %s`)",
		e.dir, megabytes(e.free), megabytes(e.want), e.dir)
}

// Is makes every kind of full disk one.
func (e *fullError) Is(target error) bool { return target == ErrDiskFull }

// ErrDiskFull is wrapped by an error that comes from a full disk.
var ErrDiskFull = errors.New("disk is full")

// explained says in words what kept a folder from being written. The system's own words name a file at most.
func explained(dir string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		free, _, _ := DiskSpace(dir)
		return fmt.Errorf("%w: the disk of %q has %s left for this user: make room on it: %w", ErrDiskFull, dir, megabytes(free), err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%q is on a disk that is mounted read-only: mount it for writing: %w", dir, err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("user %d may not write to %q: give the folder to that user, or choose another: %w", os.Geteuid(), dir, err)
	}
	return err
}

func megabytes(n uint64) string { return fmt.Sprintf("%d MB", (n+1<<19)>>20) }
