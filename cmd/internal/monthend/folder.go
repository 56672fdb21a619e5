package monthend

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// sent returns the hashes of the files that went to payroll, of whichever month.
func sent(months []workflow.Month) map[string]bool {
	hashes := map[string]bool{}
	for _, m := range months {
		for _, e := range m.Exports {
			for _, f := range e.Files {
				hashes[f.SHA256] = true
			}
		}
	}
	return hashes
}

// wholeFolder has a folder written under another name beside its place and gives it its name when it is complete. A folder
// that is there is replaced only if it is an export that was never noted: a draft, or one that was cut short.
func wholeFolder(folder string, sent map[string]bool, write func(folder string) error) (err error) {
	if err := replaceable(folder, sent); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(folder))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(parent, "."+filepath.Base(folder)+".*.part")
	if err != nil {
		return fmt.Errorf("export to %q: %w", folder, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(part)) }() // gone already when it was given its name
	if err := write(part); err != nil {
		return err
	}
	old := part + ".old"
	if err := os.Rename(folder, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("export to %q: %w", folder, err)
	}
	if err := os.Rename(part, folder); err != nil {
		return errors.Join(fmt.Errorf("export to %q: %w", folder, err), restore(old, folder))
	}
	return errors.Join(export.SyncFolder(parent), os.RemoveAll(old))
}

func restore(old, folder string) error {
	if err := os.Rename(old, folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceable refuses a folder that holds something else than an export, or one that went to payroll.
func replaceable(folder string, sent map[string]bool) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export to %q: %w", folder, err)
	}
	control, err := os.ReadFile(filepath.Join(folder, controlName))
	if err != nil {
		return fmt.Errorf("export to %q: it holds something else than an export: name another folder", folder)
	}
	if sum := sha256.Sum256(control); sent[hex.EncodeToString(sum[:])] {
		return fmt.Errorf("export to %q: it holds what went to payroll: name another folder", folder)
	}
	return nil
}
