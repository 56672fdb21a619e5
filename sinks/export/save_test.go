package export_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskpulse/deskpulse/sinks/export"
)

// files returns what is in a folder, by name.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(content)
	}
	return all
}

func TestSave(t *testing.T) {
	folder := t.TempDir()
	for _, content := range []string{"first", "the second one takes its place", ""} {
		saved, err := export.Save(filepath.Join(folder, "payroll.csv"), func(w io.Writer) error {
			_, err := io.WriteString(w, content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if saved.Name != "payroll.csv" || saved.SHA256 != cardHash([]byte(content)) || saved.Bytes != int64(len(content)) {
			t.Errorf("saved %+v", saved)
		}
		if got := files(t, folder); len(got) != 1 || got["payroll.csv"] != content {
			t.Errorf("folder has %q", got)
		}
	}
	info, err := os.Stat(filepath.Join(folder, "payroll.csv"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: wages are for their owner", info.Mode(), err)
	}
}

// Whatever goes wrong, nothing is left, and what was there is as it was.
func TestSaveNothingHalf(t *testing.T) {
	wrong := errors.New("wrong")
	for name, save := range map[string]func(path string) error{
		"the writer fails at once": func(path string) error {
			_, err := export.Save(path, func(io.Writer) error { return wrong })
			return err
		},
		"the writer fails late": func(path string) error {
			_, err := export.Save(path, func(w io.Writer) error {
				_, err := io.WriteString(w, strings.Repeat("half", 1<<20))
				return errors.Join(err, wrong)
			})
			return err
		},
		"the writer panics": func(path string) (err error) {
			defer func() { err = recover().(error) }()
			_, _ = export.Save(path, func(w io.Writer) error {
				_, _ = io.WriteString(w, "half")
				panic(wrong)
			})
			return nil
		},
		"the disk is full": onSmallDisk,
		"the place is a folder": func(path string) error {
			_, err := export.Save(filepath.Dir(path), func(io.Writer) error { return nil })
			return err
		},
	} {
		for _, before := range []map[string]string{{}, {"payroll.csv": "of last week"}} {
			parent := t.TempDir()
			folder := filepath.Join(parent, "out")
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			for file, content := range before {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := save(filepath.Join(folder, "payroll.csv")); err == nil {
				t.Errorf("%s: no error", name)
			}
			if got := files(t, folder); len(got) != len(before) || got["payroll.csv"] != before["payroll.csv"] {
				t.Errorf("%s: folder has %q, want %q", name, got, before)
			}
			if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 {
				t.Errorf("%s: beside the folder %v, %v", name, entries, err)
			}
		}
	}
	if _, err := export.Save(filepath.Join(t.TempDir(), "absent", "payroll.csv"), func(io.Writer) error { return nil }); err == nil {
		t.Error("saved in a folder that does not exist")
	}
}

// onSmallDisk saves in a process whose files cannot grow, and returns the error that it was told.
func onSmallDisk(path string) error {
	exe, err := os.Executable()
	if err != nil {
		return nil // which fails the test
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), smallDisk+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "file too large") {
		return nil
	}
	return errors.New(string(out))
}

// A full disk is told whatever is being written.
func TestWritersTellErrors(t *testing.T) {
	p, cards := zhao(t)
	pay := payroll(t, p, cards)
	pay.Draft = true
	for name, write := range map[string]func(io.Writer) error{
		"csv":     func(w io.Writer) error { _, err := export.WriteCSV(w, pay); return err },
		"xlsx":    func(w io.Writer) error { _, err := export.WriteXLSX(w, pay); return err },
		"control": func(w io.Writer) error { return export.WriteControlCSV(w, pay.Month, export.Control{}, nil) },
		"card":    func(w io.Writer) error { return export.WriteCard(w, find(t, cards, "zhao"), pay.Month) },
	} {
		whole := &limited{left: 1 << 30}
		if err := write(whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, left := range []int{0, 1, whole.written / 2, whole.written - 1} {
			if err := write(&limited{left: left}); !errors.Is(err, errFull) {
				t.Errorf("%s after %d of %d bytes: %v", name, left, whole.written, err)
			}
		}
	}
}

var errFull = errors.New("no space left on device")

// limited is a disk with so many bytes left.
type limited struct{ left, written int }

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left, l.written = l.left-n, l.written+n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestFileName(t *testing.T) {
	for agent, want := range map[string]string{
		"zhao": "card-zhao.html", "Zhao": "card-%5ahao.html", "赵": "card-赵.html", "../../etc/passwd": "card-%2e%2e%2f%2e%2e%2fetc%2fpasswd.html", "": "card-.html",
		"a b": "card-a%20b.html", "%": "card-%25.html", "\xff": "card-%ff.html", "\uFFFD": "card-%ef%bf%bd.html",
	} {
		if got := export.FileName("card-", agent, ".html"); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := names.Draw(t, "a"), names.Draw(t, "b")
		x, y := export.FileName("card-", a, ".html"), export.FileName("card-", b, ".html")
		if a != b && strings.EqualFold(x, y) {
			t.Fatalf("%q and %q are both %q", a, b, x)
		}
		if len(x) > 180 || filepath.Base(x) != x || strings.ContainsAny(x, `\/:*?"<>|`) {
			t.Fatalf("%q is %q", a, x)
		}
	})
}
