package monthend_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// published is March of a world of its own, published.
func published(t *testing.T) (*world, *monthend.Desk) {
	t.Helper()
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	w.closeTwice()
	d := w.desk()
	w.lock(d, march)
	return w, d
}

// tree returns the hash of each file below a folder.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil || entry.IsDir() {
			all[filepath.ToSlash(name)+"/"] = ""
			return err
		}
		content, err := os.ReadFile(path)
		sum := sha256.Sum256(content)
		all[filepath.ToSlash(name)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDiskFull exports in processes whose files cannot grow beyond a bound, which each kind of file meets in turn.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w, d := published(t)
	place := t.TempDir()
	folder := filepath.Join(place, "march")
	draft, err := d.Export(w.context(), monthend.ExportRequest{Month: march, Folder: filepath.Join(t.TempDir(), "draft"), Draft: true, By: payer})
	if err != nil {
		t.Fatal(err)
	}
	var workbook, card int64
	for _, f := range draft.Files {
		switch {
		case strings.HasSuffix(f.Name, ".xlsx"):
			workbook = f.Bytes
		case strings.HasPrefix(f.Name, "cards/"):
			card = max(card, f.Bytes)
		}
	}

	w.full([]uint64{1, uint64(workbook / 2), uint64(card * 3 / 4)}, folder, map[string]string{"./": ""}, 0)
	task := w.task("export")
	task.Folder = folder
	if a := together(t, task)[0]; a.Err != "" || a.Phase != workflow.PhaseExported {
		t.Fatalf("got %+v, want an export", a)
	}
	w.exported(d, folder, 1)

	// An adjustment is exported beside it.
	m, err := d.Month(w.context(), "", march)
	if err != nil {
		t.Fatal(err)
	}
	w.complaint("late", m.People[0], noon(3, 20))
	w.adjust(d)
	task.Folder = filepath.Join(place, "march-adjusted")
	w.full([]uint64{1, 1000}, task.Folder, tree(t, place), 1)
	if a := together(t, task)[0]; a.Err != "" {
		t.Fatalf("got %+v, want the adjustment", a)
	}
	w.exported(d, task.Folder, 2)
	w.exported(d, folder, 1)
}

// full exports with each bound, and wants everything to be as it was.
func (w *world) full(bounds []uint64, folder string, want map[string]string, exports int) {
	w.t.Helper()
	for _, bytes := range bounds {
		task := w.task("export")
		task.Folder, task.FileBytes = folder, bytes
		if a := together(w.t, task)[0]; !strings.Contains(a.Err, "file too large") {
			w.t.Errorf("files of %d bytes: got %+v, want that they are full", bytes, a)
		}
		if diff := cmp.Diff(tree(w.t, filepath.Dir(folder)), want); diff != "" {
			w.t.Errorf("files of %d bytes: on disk (-got, +want):\n%s", bytes, diff)
		}
		if n := w.count("SELECT uniqExact(sequence) FROM decisions WHERE kind = 'month.export'"); n != int64(exports) {
			w.t.Errorf("files of %d bytes: %d exports were noted, want %d", bytes, n, exports)
		}
	}
}

// exported wants the folder to hold what the export of that number says, and nothing half beside it.
func (w *world) exported(d *monthend.Desk, folder string, number int) {
	w.t.Helper()
	m, err := d.Month(w.context(), "", march)
	if err != nil {
		w.t.Fatal(err)
	}
	control, err := os.ReadFile(filepath.Join(folder, "control.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	want := map[string]string{"./": ""}
	for _, f := range m.Exports[number-1].Files {
		want[f.Name] = f.SHA256
	}
	got := tree(w.t, folder)
	for name, hash := range got { // of the cards' hashes, the log has that of their list
		if strings.HasPrefix(name, "cards/") {
			want[name] = hash
			if hash != "" && (!strings.Contains(string(control), name) || !strings.Contains(string(control), hash)) {
				w.t.Errorf("the control sheet does not have %s %s", name, hash)
			}
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		w.t.Errorf("on disk (-got, +want what the log says):\n%s", diff)
	}
	if cards := len(got) - 5; number == 1 && cards != len(m.People) {
		w.t.Errorf("%d cards, want one of each of %d", cards, len(m.People))
	}
	beside, err := os.ReadDir(filepath.Dir(folder))
	if err != nil || slices.ContainsFunc(beside, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") }) {
		w.t.Errorf("beside the export: %v, %v", beside, err)
	}
}

// TestExportRefusals leaves alone what is no export, and exports no month before its people have seen it.
func TestExportRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	w.closeDesk(d, march)
	place := t.TempDir()
	request := monthend.ExportRequest{Month: march, Folder: filepath.Join(place, "march"), By: payer}
	if _, err := d.Export(w.context(), request); err == nil || !strings.Contains(err.Error(), "only a published month") {
		t.Errorf("not published: got %v", err)
	}
	w.lock(d, march)
	if err := os.MkdirAll(request.Folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(request.Folder, "photo.jpg"), []byte("of last summer"), 0o600); err != nil {
		t.Fatal(err)
	}
	was := tree(t, place)
	if _, err := d.Export(w.context(), request); err == nil || !strings.Contains(err.Error(), "name another folder") {
		t.Errorf("somebody's photos: got %v", err)
	}
	if diff := cmp.Diff(tree(t, place), was); diff != "" {
		t.Errorf("on disk (-got, +want):\n%s", diff)
	}
	request.Folder = filepath.Join(place, "new", "march")
	if _, err := d.Export(w.context(), request); err != nil {
		t.Fatal(err)
	}
	w.exported(d, request.Folder, 1)

	w.now = w.now.AddDate(0, 1, 0)
	w.closeDesk(d, april)
	w.lock(d, april)
	request.Month = april
	if _, err := d.Export(w.context(), request); err == nil || !strings.Contains(err.Error(), "went to payroll") {
		t.Errorf("into what March was paid by: got %v", err)
	}
	w.exported(d, request.Folder, 1)
}
