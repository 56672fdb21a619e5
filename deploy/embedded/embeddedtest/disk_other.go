//go:build !linux

package embeddedtest

import (
	"errors"
	"os/exec"
)

var errNoNameSpace = errors.New("this system has no name spaces of mounts")

func ownMounts(*exec.Cmd) error { return errNoNameSpace }

func mountDisk(string, int64) error { return errNoNameSpace }

// Remount makes a disk of TinyDisk read-only, or writable again.
func Remount(string, bool) error { return errNoNameSpace }

func statFree(string) (int64, error) { return 0, errNoNameSpace }
