package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// Colours only repeat what the marks say: without them the picture is the same.
func TestCalendarColours(t *testing.T) {
	c, err := calendar.Load("cn-office", os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	m := monthOf(c, time.UTC, calendar.Month{Year: 2024, Month: time.February})
	var plain, coloured strings.Builder
	if err := showCalendar(&plain, m, false); err != nil {
		t.Fatal(err)
	}
	if err := showCalendar(&coloured, m, true); err != nil {
		t.Fatal(err)
	}
	if plain.String() == coloured.String() {
		t.Error("no colours")
	}
	var stripped strings.Builder
	for line := range strings.Lines(text.StripEscape(coloured.String())) {
		stripped.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if diff := cmp.Diff(stripped.String(), plain.String()); diff != "" {
		t.Errorf("without escapes (-coloured, +plain):\n%s", diff)
	}
}
