package embeddedtest

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// ownMounts gives a process that is about to start a name space of mounts of its own, as root does, or as the root of
// a name space of users that anybody may make.
func ownMounts(cmd *exec.Cmd) error {
	attributes := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	cmd.SysProcAttr = attributes
	return nil
}

// mountDisk makes the disk.
func mountDisk(dir string, bytes int64) error {
	return syscall.Mount("deskpulse-test", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", bytes))
}

// Remount makes a disk of TinyDisk read-only, or writable again.
func Remount(dir string, readOnly bool) error {
	flags := uintptr(syscall.MS_REMOUNT)
	if readOnly {
		flags |= syscall.MS_RDONLY
	}
	return syscall.Mount("", dir, "", flags, "")
}

func statFree(dir string) (int64, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return 0, err
	}
	return int64(stat.Bavail) * stat.Bsize, nil
}
