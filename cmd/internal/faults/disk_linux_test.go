package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// disk is a small disk in memory. It is mounted in a name space of one thread: only what that thread starts sees it, and
// the system removes it with the last process in there, however that ends.
type disk struct {
	dir  string
	work chan func()
}

// newDisk makes a disk of so many bytes at dir. It needs the rights of root.
func newDisk(dir string, bytes int64) (*disk, error) {
	d := &disk{dir: dir, work: make(chan func())}
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		err := mount(dir, bytes)
		if made <- err; err != nil {
			return
		}
		for do := range d.work {
			do()
		}
	}()
	return d, <-made
}

func mount(dir string, bytes int64) error {
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		return fmt.Errorf("name space of mounts: %w", err)
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts apart: %w", err)
	}
	if err := syscall.Mount("faults", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", bytes)); err != nil {
		return fmt.Errorf("mount a disk: %w", err)
	}
	return nil
}

// on runs do in the thread that sees the disk.
func (d *disk) on(do func() error) error {
	done := make(chan error)
	d.work <- func() { done <- do() }
	return <-done
}

// close ends the thread; the disk stays for the processes on it.
func (d *disk) close() { close(d.work) }

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// leftFree is less than the engine keeps free, so that it takes nothing more, and more than a merge under way needs: one
// that meets the very end of the disk can leave a part with an empty file of marks (ClickHouse 26.7), which nothing reads
// any more. That is why the engine is told to keep room free.
const leftFree = 32 << 20

// fill writes until no more is free than that.
func (d *disk) fill(t *testing.T) {
	t.Helper()
	err := d.on(func() error {
		f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		var fs syscall.Statfs_t
		for block := make([]byte, 1<<16); err == nil; {
			if err = syscall.Statfs(d.dir, &fs); err == nil && int64(fs.Bavail)*fs.Bsize <= leftFree {
				return nil
			}
			_, err = f.Write(block)
		}
		return err
	})
	if err != nil {
		t.Fatalf("fill the disk: %v", err)
	}
}

// makeRoom removes what fill wrote.
func (d *disk) makeRoom(t *testing.T) {
	t.Helper()
	if err := d.on(func() error { return os.Remove(d.ballast()) }); err != nil {
		t.Errorf("make room on the disk: %v", err)
	}
}
