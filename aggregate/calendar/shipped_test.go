package calendar_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	gocmp "github.com/google/go-cmp/cmp"
)

func TestShippedLoad(t *testing.T) {
	if diff := gocmp.Diff(calendar.Shipped.Names(), []string{"always", "cn-office"}); diff != "" {
		t.Errorf("names (-got, +want):\n%s", diff)
	}
	hashes := map[string]bool{}
	for _, name := range calendar.Shipped.Names() {
		c := load(t, name)
		if c.Name() != name || c.Title().ZH == "" || c.Title().EN == "" {
			t.Errorf("%s: named %q, %+v", name, c.Name(), c.Title())
		}
		hashes[c.Hash()] = true
	}
	if len(hashes) != len(calendar.Shipped.Names()) {
		t.Errorf("%d hashes of %d calendars", len(hashes), len(calendar.Shipped.Names()))
	}
}

// The working days of cn-office in a month, counted by hand: Mon–Fri less holidays plus make-up days.
func TestShippedWorkingDays(t *testing.T) {
	c := load(t, "cn-office")
	for month, want := range map[string]int{
		"2024-02": 18, "2024-03": 21, "2024-04": 22, "2024-05": 21, "2024-06": 19, "2024-09": 21, "2024-10": 19,
		"2025-01": 19, "2025-02": 19, "2025-10": 18, "2026-02": 16, "2026-10": 18,
	} {
		m, err := calendar.ParseMonth(month)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.WorkingDays(m); got != want {
			t.Errorf("working days of %s: got %d, want %d", month, got, want)
		}
	}
}

// The shipped holidays are those of the published lists, day by day and by name.
func TestShippedAgreesWithLists(t *testing.T) {
	c := load(t, "cn-office")
	for year := 2024; year <= 2026; year++ {
		list, ok := published(t, year)
		if !ok {
			return
		}
		for m := (calendar.Month{Year: year, Month: 1}); m.Year == year; {
			for d := range m.Dates() {
				day := c.Day(d)
				if got, want := fmt.Sprintf("%s %s", day.Kind, day.Title.ZH), cmp.Or(list[d.String()], "ordinary "); got != want {
					t.Errorf("%s: got %s, want %s", d, got, want)
				}
			}
			next := m.Last().AddDays(1)
			m = calendar.Month{Year: next.Year, Month: next.Month}
		}
	}
}

// published reads a list of the test data and reports whether it is there.
func published(t *testing.T, year int) (map[string]string, bool) {
	t.Helper()
	dir := cmp.Or(os.Getenv("DESKPULSE_TESTDATA"), filepath.Join("..", "..", "..", "shared", "data"))
	content, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("holiday_cn_%d.json", year)))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Logf("not run: %v (set DESKPULSE_TESTDATA to its folder)", err)
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Days []struct {
			Name, Date string
			IsOffDay   bool
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for _, d := range file.Days {
		list[d.Date] = "shift " + d.Name + "调休"
		if d.IsOffDay {
			list[d.Date] = "holiday " + d.Name
		}
	}
	return list, true
}

func TestLoad(t *testing.T) {
	read := func(content string, err error) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(content), err }
	}
	const good = "name: ours\ntitle: {zh: 我, en: Ours}\nversions: [{from: 2024-01-01, weekdays: {mon: [\"09:00-17:00\"]}}]\n"
	c, err := calendar.Load("./ours.yaml", read(good, nil))
	if err != nil || c.Name() != "ours" {
		t.Errorf("a file: got %+v, %v", c, err)
	}
	if _, err := calendar.Load("ours.yml", read("", fs.ErrNotExist)); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), `read calendar "ours.yml"`) {
		t.Errorf("no such file: got %v", err)
	}
	var unknown *document.Unknown
	if _, err := calendar.Load("cn-ofice", nil); !errors.As(err, &unknown) || !strings.Contains(err.Error(), `did you mean "cn-office"?`) {
		t.Errorf("unknown name: got %v", err)
	}
}

// The hash follows the content, not its form.
func TestHash(t *testing.T) {
	const src = "name: ours\ntitle: {zh: 我, en: Ours}\nversions:\n  - {from: 2024-01-01, weekdays: {mon: [\"09:00-17:00\"]}}\n"
	first := parse(t, src).Hash()
	for name, c := range map[string]struct {
		old, new string
		same     bool
	}{
		"comment": {"versions:", "# more\nversions: # here", true}, "layout": {"title: {zh: 我, en: Ours}", "title:\n  en: Ours\n  zh: 我", true},
		"interval": {"17:00", "17:01", false}, "date": {"2024-01-01", "2024-01-02", false}, "title": {"Ours", "ours", false},
	} {
		if got := parse(t, src, c.old, c.new).Hash(); (got == first) != c.same || len(got) != 64 {
			t.Errorf("another %s: %s, before %s", name, got, first)
		}
	}
}
