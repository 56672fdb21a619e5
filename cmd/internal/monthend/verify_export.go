package monthend

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// FileState is what became of a file of an export.
type FileState string

// The states.
const (
	FileEqual    FileState = "equal"
	FileDiffers  FileState = "differs"
	FileMissing  FileState = "missing"
	FileUnknown  FileState = "not of the export"
	FileUnproven FileState = "not proven" // control.csv, which has its hash, is not that of the export
)

// Keys of a control sheet that name a file's hash.
const (
	sumPrefix = "file."
	sumSuffix = ".sha256"
)

// mostControl bounds a control sheet, in bytes; the hashes of 100,000 cards take a third of it.
const mostControl = 64 << 20

// VerifiedFile is a file of an export's folder. Hashes are SHA-256 in hex, "" where there is none.
type VerifiedFile struct {
	Name  string    `json:"name"` // in the folder, with slashes
	State FileState `json:"state"`
	Noted string    `json:"noted"`
	Now   string    `json:"now"`
}

// VerifiedExport is a folder held against the log of decisions.
type VerifiedExport struct {
	Month  workflow.Month
	Export workflow.Exported // the one of the month's that the folder is most alike
	Files  []VerifiedFile    // by name
}

// OK reports whether every file is that of the export, and there is no other.
func (v *VerifiedExport) OK() bool {
	return !slices.ContainsFunc(v.Files, func(f VerifiedFile) bool { return f.State != FileEqual })
}

// NotExportedError says that nothing of a month went to payroll.
type NotExportedError struct{ Month workflow.MonthID }

// Error says what to do.
func (e *NotExportedError) Error() string {
	return fmt.Sprintf("%s was not exported: there is nothing to hold a folder against (drafts are not noted)", e.Month)
}

// VerifyExport holds the files of a folder against an export of the month: those that the log names by their hashes, and the
// cards by those in control.csv, if that is the one that the log names.
func (d *Desk) VerifyExport(ctx context.Context, policyName string, m calendar.Month, folder string) (VerifiedExport, error) {
	_, month, err := d.calculated(ctx, policyName, m)
	if err != nil {
		return VerifiedExport{}, err
	}
	v := VerifiedExport{Month: month}
	if len(month.Exports) == 0 {
		return v, &NotExportedError{month.ID}
	}
	now, err := hashes(folder)
	if err != nil {
		return v, fmt.Errorf("verify export in %q: %w", folder, err)
	}
	v.Export = alike(month.Exports, now)
	noted := map[string]string{}
	for _, f := range v.Export.Files {
		noted[f.Name] = f.SHA256
	}
	proven := noted[controlName] != "" && now[controlName] == noted[controlName]
	if proven {
		if err := addControl(noted, filepath.Join(folder, controlName)); err != nil {
			return v, fmt.Errorf("verify export in %q: %w", folder, err)
		}
	}
	names := slices.Collect(maps.Keys(now))
	for name := range noted {
		if _, ok := now[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		f := VerifiedFile{Name: name, Noted: noted[name], Now: now[name]}
		f.State = f.state(proven)
		v.Files = append(v.Files, f)
	}
	return v, nil
}

func (f *VerifiedFile) state(proven bool) FileState {
	switch {
	case f.Noted == "" && !proven && strings.HasPrefix(f.Name, cardsName+"/"):
		return FileUnproven
	case f.Noted == "":
		return FileUnknown
	case f.Now == "":
		return FileMissing
	case f.Noted != f.Now:
		return FileDiffers
	}
	return FileEqual
}

// alike returns the export of which most files are in a folder; of several the last.
func alike(all []workflow.Exported, now map[string]string) workflow.Exported {
	best, most := len(all)-1, 0
	for i, e := range all {
		n := 0
		for _, f := range e.Files {
			if now[f.Name] == f.SHA256 {
				n++
			}
		}
		if n > 0 && n >= most {
			best, most = i, n
		}
	}
	return all[best]
}

// hashes returns the SHA-256 of every file in a folder and below, by its name in the folder. What is no plain file has none
// that could be right: its kind stands there.
func hashes(folder string) (map[string]string, error) {
	if info, err := os.Stat(folder); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("it is no folder")
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	all := map[string]string{}
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || e.IsDir():
			return err
		case !e.Type().IsRegular():
			all[name] = e.Type().String()
			return nil
		}
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		all[name] = hex.EncodeToString(h.Sum(nil))
		return nil
	})
	return all, err
}

// addControl adds the hashes of the files that a control sheet names.
func addControl(noted map[string]string, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostControl))
	if err != nil {
		return err
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte(bom))))
	in.FieldsPerRecord = 2 // key and value
	rows, err := in.ReadAll()
	if err != nil {
		return fmt.Errorf("read %q: %w", controlName, err)
	}
	for _, row := range rows {
		name, ok := strings.CutPrefix(row[0], sumPrefix)
		if !ok {
			continue
		}
		if name, ok = strings.CutSuffix(name, sumSuffix); ok {
			noted[name] = row[1]
		}
	}
	return nil
}
