package event_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestDetails holds what people read who have to find the fault in a record.
func TestDetails(t *testing.T) {
	const notJSON, mark = "want an object, got text that is not JSON: ", ` (a byte order mark, BOM, which JSON may not have)`
	for _, c := range []struct{ name, value, want string }{
		{"words", "not json 9203", notJSON + "at byte 1: invalid character 'o' in literal null (expecting 'u')"},
		{"line of a log", "2024-03-04 error", notJSON + "at byte 11: invalid character 'e' at start of value"},
		{"other words", "hello", "at byte 0: invalid character 'h' at start of value"},
		{"cut array", "[[", notJSON + `at byte 2, in "/0": unexpected EOF`},
		{"null", " null ", "want an object, got null"},
		{"array", "[1,2]", "want an object, got an array"},
		{"array with a name twice", `[{"a":1,"a":2}]`, "want an object, got an array"},
		{"several values", "1 2", "want an object, got several values"},
		{"byte order mark", "\ufeff" + plain, `at byte 0: invalid character '\ufeff' at start of value` + mark},
		{"byte order mark within", `{"data":` + "\ufeff{}}", `at byte 8, in "/data": invalid character '\ufeff' at start of value` + mark},
		{"top level", `{"id":1,}`, "at byte 7: invalid character ',' at start of value"},
		{"not UTF-8", "{\"é\":\"\xff\"}", "at byte 7: not UTF-8"},
		{"replacement character is UTF-8", "{\"\ufffd\":\"\xff\"}", "at byte 8: not UTF-8"},
		{"cut character", "\"\xe6\x9d", "at byte 1: not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(detailOf(t, []byte("c1"), c.value), c.want); diff != "" {
				t.Errorf("detail (-got, +want):\n%s", diff)
			}
		})
	}
}

func TestDetailsOfKeys(t *testing.T) {
	for _, c := range []struct {
		key  []byte
		want string
	}{
		{nil, `the record has no key, subject "c1"`},
		{[]byte{}, `the key is empty, subject "c1"`},
		{[]byte("c2"), `key "c2", subject "c1"`},
	} {
		if got := detailOf(t, c.key, plain); got != c.want {
			t.Errorf("key %#v: got %q, want %q", c.key, got, c.want)
		}
	}
}

// TestDetailsAreBounded has records that are nothing but faults.
func TestDetailsAreBounded(t *testing.T) {
	long := strings.Repeat("\u0001", 100_000)
	for _, value := range []string{
		strings.Repeat("[", 100_000), strings.Repeat("[1,", 1_000), strings.Repeat("1 ", 100_000) + "x", `"` + long,
		`{"` + strings.Repeat(`\u0001`, 10_000) + `":{"` + strings.Repeat(`\"`, 10_000) + `":` + "\ufeff", strings.Repeat("null", 10_000),
	} {
		if got := detailOf(t, []byte("c1"), value); len(got) > maxDetail {
			t.Errorf("%.20q: detail of %d bytes: %s", value, len(got), got)
		}
	}
}

func detailOf(t *testing.T, key []byte, value string) string {
	t.Helper()
	var row event.Row
	err := event.NewDecoder(stream()).Decode(key, []byte(value), appended, &row)
	inv := new(event.Invalid)
	if !errors.As(err, &inv) {
		t.Fatalf("%.100q: got %v, want an Invalid", value, err)
	}
	return inv.Detail
}
