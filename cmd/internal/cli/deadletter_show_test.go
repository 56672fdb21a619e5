package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// letter is a rejected record whose value wants to look like lines of ours and to harm a terminal.
func letter(value string) clickhouse.RejectedRecord {
	return clickhouse.RejectedRecord{Partition: event.Partition{Stream: "events", ID: 3}, Size: int64(len(value)), Rejected: event.Rejected{
		Offset: 1207, AppendTime: time.Date(2026, 11, 1, 8, 0, 0, 5e6, time.UTC).UnixMilli(), Company: "express",
		Reason: event.WrongKey, Detail: "key \"k\a\", subject \"c1\"", Key: []byte("k\a"), Value: []byte(value),
	}}
}

var (
	fresh = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	stale = time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
)

func TestShowLetter(t *testing.T) {
	again := letter("{\"a\":\n\"\x1b]0;x\a\u009b1m\u202e张\xff\"}\nappended  never")
	again.Origin, again.Replayed = "events/0/3/1000", true
	gone := letter("")
	gone.Key = nil
	const head = "events/0/3/1207  wrong_key\n  key \"k·\", subject \"c1\"\n\nappended  2026-11-01T08:00:00.005Z\ncompany   express\n"
	for _, c := range []struct {
		name string
		r    clickhouse.RejectedRecord
		now  time.Time
		want string
	}{
		{"whole", letter(strings.Repeat("x", 5_000)), fresh,
			head + "replayed  it has not become an event\nkey       2 bytes: k·\nvalue     5,000 bytes:\n\n  " + strings.Repeat("x", 5_000) + "\n"},
		{"harmful, and replayed", again, stale,
			head + "origin    events/0/3/1000, where it was first rejected\nreplayed  it was sent again and is an event by now\n" +
				"key       2 bytes: k·\nvalue     42 bytes:\n\n  {\"a\":\n  \"·]0;x··1m·张·\"}\n  appended  never\n"},
		{"expired", gone, stale, head + "replayed  it has not become an event\nvalue     its bytes were kept until 2026-12-01T08:00:00Z and have expired\n"},
		{"empty", gone, fresh, head + "replayed  it has not become an event\nkey       none\nvalue     0 bytes:\n\n"},
	} {
		var out strings.Builder
		if err := showLetter(&out, c.r, c.now); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(out.String(), c.want); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", c.name, diff)
		}
	}
}

func TestWriteRaw(t *testing.T) {
	var out bytes.Buffer
	value := "\x00\x1b[2J\xff\r\n"
	if err := writeRaw(&out, letter(value), stale); err != nil || out.String() != value {
		t.Errorf("got %q, %v, want %q", out.String(), err, value)
	}
	gone := letter("")
	gone.Key = nil
	if err := writeRaw(&out, gone, stale); err == nil || !strings.Contains(err.Error(), "events/0/3/1207: its bytes were kept until 2026-12-01") {
		t.Errorf("of expired bytes: got %v", err)
	}
}

// FuzzWholeLetter wants the JSON to be exact, and safe to print.
func FuzzWholeLetter(f *testing.F) {
	for _, value := range []string{"", "{}", "\x1b[2J\u202e\u009b<&>张敏 \ufffd\ufeff\\u0041\n", "\xff", "\U000e0001\U0001f600\u2028"} {
		f.Add([]byte(value))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		var out strings.Builder
		format := outputJSON
		if err := format.show(&out, wholeLetterOf(letter(string(value)), fresh), nil); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Value    string
			Encoding string `json:"value_encoding"`
			Expired  bool
		}
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
			t.Fatal(err)
		}
		b, err := []byte(got.Value), error(nil)
		if got.Encoding == "base64" {
			b, err = base64.StdEncoding.DecodeString(got.Value)
		}
		if err != nil || !bytes.Equal(b, value) || got.Expired || utf8.Valid(value) != (got.Encoding == "text") {
			t.Errorf("got %q as %s, %v, want %q", b, got.Encoding, err, value)
		}
		for _, r := range strings.TrimSuffix(out.String(), "\n") {
			if !safe(r) {
				t.Errorf("%q is not safe: %q", r, out.String())
			}
		}
	})
}

// TestListMarks has a record that became an event and one whose bytes have expired.
func TestListMarks(t *testing.T) {
	replayed, gone := letter("{}"), letter("")
	replayed.Replayed, gone.Key = true, nil
	r := app.Rejected{Counts: []clickhouse.RejectedCount{{Reason: event.WrongKey, Records: 2}}, Records: []clickhouse.RejectedRecord{replayed, gone}}
	var out strings.Builder
	if err := showRejected(&out, r, clickhouse.RejectedFilter{}, stale); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(out.String(), "\n\n")
	const place = "2026-11-01T08:00:00Z  events/0/3/1207  wrong_key\n"
	const want = place + "  replayed: it is an event by now\n  key \"k·\", subject \"c1\"\n  2 bytes: {}\n" +
		place + "  key \"k·\", subject \"c1\"\n  its bytes were kept until 2026-12-01T08:00:00Z and have expired\n"
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("list (-got, +want):\n%s", diff)
	}
	d := deadLettersOf(r, stale).Records
	if a, b := d[0], d[1]; !a.Replayed || a.Expired || b.Replayed || !b.Expired || a.Position != "events/0/3/1207" {
		t.Errorf("JSON: got %+v", d)
	}
}

func TestListOfNothing(t *testing.T) {
	for want, filter := range map[string]clickhouse.RejectedFilter{
		"nothing was rejected\n": {Limit: 20}, "no rejected record matches\n": {Limit: 20, Open: true},
	} {
		var out strings.Builder
		if err := showRejected(&out, app.Rejected{}, filter, fresh); err != nil || out.String() != want {
			t.Errorf("got %q, %v, want %q", out.String(), err, want)
		}
	}
}
