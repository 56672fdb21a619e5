//go:build !linux

package faults_test

import (
	"errors"
	"testing"
)

// disk is a small disk in memory, which only Linux lets a process have for itself.
type disk struct{ dir string }

var errNoDisk = errors.New("only Linux has name spaces of mounts")

func newDisk(dir string, _ int64) (*disk, error) { return &disk{dir}, errNoDisk }

func (d *disk) on(do func() error) error { return do() }

func (d *disk) close() {}

func (d *disk) fill(t *testing.T) { t.Fatal(errNoDisk) }

func (d *disk) makeRoom(t *testing.T) { t.Fatal(errNoDisk) }
