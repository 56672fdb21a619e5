package event_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// decoders read a record in both ways, and by Decode, which takes the one or the other. Each has a decoder of its own that
// lives on, so that what one record left behind would show in the next.
type decoders struct{ both, quick, strict *event.Decoder }

func newDecoders(s event.Stream) *decoders {
	return &decoders{both: event.NewDecoder(s), quick: event.NewDecoder(s), strict: event.NewDecoder(s)}
}

// agree fails unless Decode says what the strict path says, and the quick path, if it says anything, the same. It reports
// whether the quick path took the record.
func (d *decoders) agree(t testing.TB, key, value []byte) bool {
	t.Helper()
	var got, want, quick event.Row
	err := event.DecodeStrictly(d.strict, key, value, appended, &want)
	unknown := d.strict.TakeUnknown()
	gotErr := d.both.Decode(key, value, appended, &got)
	if g, w := answer(gotErr), answer(err); g != w {
		t.Errorf("got error %q, strictly %q, of key %.200q and %.2000q", g, w, key, value)
	}
	if n := d.both.TakeUnknown(); n != unknown {
		t.Errorf("%d unknown members, strictly %d, of %.2000q", n, unknown, value)
	}
	if err == nil && got != want {
		t.Errorf("of %.2000q (-got, +strictly):\n%s", value, cmp.Diff(got, want))
	}
	event.LearnNext(d.quick)
	ok := event.DecodeQuickly(d.quick, key, value, appended, &quick)
	d.same(t, ok, quick, want, unknown, value)
	again := event.DecodeQuickly(d.quick, key, value, appended, &quick) // along the route that was learned just now
	d.same(t, again, quick, want, unknown, value)
	if again != ok {
		t.Errorf("taken quickly %t, then %t, of %.2000q", ok, again, value)
	}
	if ok && err != nil {
		t.Errorf("taken quickly, strictly rejected (%v): key %.200q and %.2000q", err, key, value)
	}
	return ok
}

// same fails unless what the quick path took is what the strict path made of the record.
func (d *decoders) same(t testing.TB, ok bool, got, want event.Row, unknown int64, value []byte) {
	t.Helper()
	if n := d.quick.TakeUnknown(); ok && n != unknown || !ok && n != 0 {
		t.Errorf("%d unknown members quickly, strictly %d, of %.2000q", n, unknown, value)
	}
	if ok && got != want {
		t.Errorf("of %.2000q (-quickly, +strictly):\n%s", value, cmp.Diff(got, want))
	}
}

// answer returns all that an error says.
func answer(err error) string {
	if inv := new(event.Invalid); errors.As(err, &inv) {
		return string(inv.Reason) + ": " + inv.Detail
	}
	return fmt.Sprint(err)
}

// python returns JSON as Python's json.dumps writes it, with a space behind each comma and colon and nothing but ASCII. The
// examples have neither within their texts, but for times.
func python(text string) string {
	return ascii(strings.NewReplacer(`":`, `": `, `,"`, `, "`, `},{`, `}, {`).Replace(text))
}

// php returns JSON as PHP's json_encode writes it, with slashes escaped too.
func php(text string) string { return ascii(strings.ReplaceAll(text, "/", `\/`)) }

func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// indented returns JSON with white space of every kind wherever it may be.
func indented(text string) string {
	const space = "\r\n\t "
	return space + strings.NewReplacer(`":`, `"`+space+`:`+space, `,"`, space+`,`+space+`"`, `{`, `{`+space, `}`, space+`}`+space,
		`[`, `[`+space, `]`, space+`]`).Replace(text)
}

// wholeEvents returns events of every type in the ways in which sources write them.
func wholeEvents() []string {
	var all []string
	for _, typ := range event.Types() {
		for i, example := range typ.Examples {
			whole := wholeEvent(typ, example)
			bare := `{"data":` + example + `,"subject":"x","type":"` + typ.Name + `","id":"e-2","source":"pbx","time":"2024-03-04T09:58:59.9999+08:00","specversion":"1.0"}`
			all = append(all, whole, bare, python(whole), python(bare), indented(whole), indented(bare))
			if i == 0 {
				strange := strings.Replace(whole, `"data":{`, `"data":{"näme":"李","n":-1.5e+3,"b":null,"t":true,"f":false,`, 1)
				all = append(all, strange, php(strange), strings.Replace(strange, `"id":`, `"trace":0,"zone2":"","body":"a\nb \"c\" \\ \u0000/","id":`, 1))
			}
		}
	}
	return all
}

// TestQuickPathTakesWhatSourcesWrite: the quick path must never be bypassed in silence.
func TestQuickPathTakesWhatSourcesWrite(t *testing.T) {
	d := newDecoders(stream())
	for range 2 { // once without expectations, once with those of the record before
		for _, value := range wholeEvents() {
			if !d.agree(t, []byte("x"), []byte(value)) {
				t.Errorf("left to the strict path: %s", value)
			}
		}
	}
}

func TestQuickPathTakesEmptyData(t *testing.T) {
	d, value := event.NewDecoder(stream()), []byte(`{"specversion":"1.0","id":"1","source":"s","type":"message.received","subject":"x","time":"2024-03-04T01:00:00Z","data":{ }}`)
	var row, want event.Row
	if !event.DecodeQuickly(d, []byte("x"), value, appended, &row) {
		t.Error("empty data is left to the strict path")
	}
	if err := event.DecodeStrictly(d, []byte("x"), value, appended, &want); err != nil || row != want {
		t.Errorf("got %+v, want %+v, %v", row, want, err)
	}
	none := bytes.Replace(value, []byte("message.received"), []byte("call.ended"), 1)
	if event.DecodeQuickly(d, []byte("x"), none, appended, &row) {
		t.Error("a call without data is taken")
	}
}

func TestQuickPathTakesTextsBeyondASCII(t *testing.T) {
	d := newDecoders(stream())
	for _, name := range []string{"李", "Jürgen Groß", "a\u00a0b", "\U0001f600", "x" + strings.Repeat("é", 100), "\u2028", "\ufffd"} {
		if !d.agree(t, []byte("c1"), []byte(edit("li", name))) {
			t.Errorf("left to the strict path: %q", name)
		}
	}
}

func TestQuickPathTakesEscapesThatNeedNotBe(t *testing.T) {
	d := newDecoders(stream())
	for text, want := range map[string]bool{
		`\u674e`: true, `J\u00fcrgen Gro\u00DF`: true, `\ud83d\ude00`: true, `a\/b`: true, `\u003c\u003e\u0026\u0027`: true, `\u00a0`: true, `\uffff\ufffd`: true,
		`li\u0022,\u0022team\u0022:\u0022x`: false, `\\u674e`: false, `\"`: false, `\n`: false, `\u000a`: false, `\u0022`: false, `\u005c`: false, `\u009f`: false, `\u007f`: false, `\ud83d`: false,
		`\ude00\ud83d`: false, `\ud83d\u674e`: false, `\ud83dx`: false, `\u674`: false, `\u67g0`: false, `\U674e`: false, `\x41`: false, `\`: false,
	} {
		if got := d.agree(t, []byte("c1"), []byte(edit("li", text))); got != want {
			t.Errorf("agent %s: taken %t, want %t", text, got, want)
		}
	}
}

// TestQuickPathPassesOverTexts that nobody reads, like what was said.
func TestQuickPathPassesOverTexts(t *testing.T) {
	d := newDecoders(stream())
	for text, want := range map[string]bool{
		`Hello,\n\"you\"\t\\ \b\f\r\/`: true, `\u0000\u001f\u007f\u009f`: true, `李\ud83d\ude00`: true, "\x7f\u0085": true, `\"}{\"`: true,
		`\ud83d`: false, `\ude00`: false, `\u12`: false, `\x41`: false, "\n": false, "\\\n": false, `a\`: false, "李\xff": false, `\` + "\xff": false,
	} {
		for _, old := range []string{`"id":"e1"`, `"talk_ms":1000`} {
			if got := d.agree(t, []byte("c1"), []byte(edit(old, old+`,"text":"`+text+`"`))); got != want {
				t.Errorf("%s behind %s: taken %t, want %t", text, old, got, want)
			}
		}
	}
}

// TestQuickPathLeavesEscapesOutsideOfTexts: with the character in the escape's place, some of them would be JSON.
func TestQuickPathLeavesEscapesOutsideOfTexts(t *testing.T) {
	d := newDecoders(stream())
	for i := range 0x100 {
		for _, where := range []string{`{`, `}`, `:`, `,`, `"talk_ms"`, `1000`, `"data":`} {
			value := edit(where, where+fmt.Sprintf(`\u%04x`, i))
			if d.agree(t, []byte("c1"), []byte(value)) {
				t.Errorf("taken quickly: %s", value)
			}
		}
		if value := fmt.Sprintf(`\u%04x`, i) + edit("li", "li")[1:]; d.agree(t, []byte("c1"), []byte(value)) {
			t.Errorf("taken quickly: %s", value)
		}
	}
}

// TestQuickPathWithEscapesInTurns: what was written in the place of one record's escapes must not show in another.
func TestQuickPathWithEscapesInTurns(t *testing.T) {
	d := newDecoders(stream())
	texts := []string{`\u674e`, "li", `\u674e\n`, `\u674e\u674e`, "wang"}
	for _, one := range texts {
		for _, other := range texts {
			d.agree(t, []byte("c1"), []byte(edit("li", one)))
			d.agree(t, []byte("c1"), []byte(edit("li", other)))
		}
	}
}

// TestQuickPathLeavesWhatIsKept: the others of a stream that keeps members are as quick as ever.
func TestQuickPathLeavesWhatIsKept(t *testing.T) {
	s := stream()
	s.Keep = []string{"mood"}
	d := newDecoders(s)
	for members, want := range map[string]bool{`"weather":"rain"`: true, `"mood":"good"`: false, `"weather":"rain","mood":{"x": 1}`: false} {
		if got := d.agree(t, []byte("c1"), []byte(edit(`"agent":"li"`, members))); got != want {
			t.Errorf("%s: taken %t, want %t", members, got, want)
		}
	}
}

// TestQuickPathLeavesDuplicates at every depth, also where all that is required is there.
func TestQuickPathLeavesDuplicates(t *testing.T) {
	d := newDecoders(stream())
	for _, c := range []struct{ old, new string }{
		{`"id":"e1"`, `"id":"e1","id":"e1"`},
		{`"id":"e1"`, `"trace":1,"id":"e1","trace":1`},
		{`"talk_ms":1000`, `"talk_ms":1000,"talk_ms":1000`},
		{`"talk_ms":1000`, `"mood":1,"talk_ms":1000,"mood":1`},
		{`"talk_ms":1000`, `"holds":[{"start_ms":1,"duration_ms":2,"start_ms":1}]`},
	} {
		value := edit(c.old, c.new)
		if d.agree(t, []byte("c1"), []byte(value)) {
			t.Errorf("taken quickly: %s", value)
		}
	}
}

// TestQuickPathReadsNumbersAsJSONDoes, also those that nobody wants.
func TestQuickPathReadsNumbersAsJSONDoes(t *testing.T) {
	d := newDecoders(stream())
	for number, want := range map[string]bool{
		"0": true, "-0": true, "-1": true, "10": true, "0.0": true, "-0.5": true, "1E5": true, "1e-5": true, "1.25e+30": true, "1" + strings.Repeat("0", 400): true,
		"012": false, "-012": false, "00": false, "01.5": false, "1.": false, ".5": false, "1.e5": false, "1e": false, "1e+": false, "-": false, "+1": false, "1_0": false,
		"0x1": false, "1f": false, "- 1": false, "NaN": false, "Infinity": false,
	} {
		if got := d.agree(t, []byte("c1"), []byte(edit(`"li"`, `"li","x":`+number))); got != want {
			t.Errorf("%s: taken %t, want %t", number, got, want)
		}
	}
}

// TestBothPathsAgreeOnBounds: to the millisecond, at both ends.
func TestBothPathsAgreeOnBounds(t *testing.T) {
	for _, backward := range []time.Duration{event.DefaultBackward, 0} {
		s := stream()
		s.Backward = backward
		d, first := newDecoders(s), time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		if backward > 0 {
			first = appended.Add(-backward)
		}
		last := appended.Add(event.DefaultForward)
		for _, c := range []struct {
			at   time.Time
			want bool
		}{
			{first.Add(-time.Millisecond), false}, {first, true}, {first.Add(time.Millisecond), true},
			{last.Add(-time.Millisecond), true}, {last, true}, {last.Add(time.Millisecond), false},
		} {
			text := c.at.Format(time.RFC3339Nano)
			if got := d.agree(t, []byte("c1"), []byte(edit("2024-03-04T01:59:00Z", text))); got != c.want {
				t.Errorf("%s back, %s: taken %t, want %t", backward, text, got, c.want)
			}
		}
	}
}

// TestNoTypeSharesColumns is why the quick path may fill columns in the order of the record.
func TestNoTypeSharesColumns(t *testing.T) {
	if diff := cmp.Diff(event.SharedColumns(), []string(nil)); diff != "" {
		t.Errorf("types of which two members have one column (-got, +want):\n%s", diff)
	}
}

// TestBothPathsAgreeOnBrokenRecords changes valid events at random, a byte, a few or a piece at a time.
func TestBothPathsAgreeOnBrokenRecords(t *testing.T) {
	const cases = 200_000
	seeds := wholeEvents()
	for _, keep := range [][]string{nil, {"mood", "t"}} {
		s := stream()
		s.Keep = keep
		d, random, taken := newDecoders(s), rand.New(rand.NewPCG(6, 0x6a09e667f3bcc908)), 0
		for range cases / 2 {
			value := []byte(seeds[random.IntN(len(seeds))])
			for range 1 + random.IntN(3) {
				value = broken(random, value, seeds)
			}
			if d.agree(t, []byte("x"), value) {
				taken++
			}
			if t.Failed() {
				return
			}
		}
		if keep == nil && (taken < cases/100 || taken > cases/4) {
			t.Errorf("%d of %d broken records were taken: a test of little worth", taken, cases/2)
		}
	}
}

// hostile are pieces that readers of JSON do not agree on.
var hostile = []string{`\u0061`, `\u674e`, `\u002f`, `\ud800`, `\ud83d\ude00`, `\`, `\\`, `\/`, `\"`, `\n`, `\u`, `\ude00`, `\u003C`, `\u007b`, `\u0022`, "\xff", "\xc2\x85", "\xed\xa0\x80", "\xc0\xaf", "\xef\xbb\xbf", "\x7f", "\x00", "\x1f", "\n", "\t",
	`012`, `-0`, `-1`, `1e3`, `1.0`, `.5`, `1.`, `+1`, `9007199254740991`, `9007199254740992`, `99999999999999999999`, `NaN`, `null`, `true`, `false`, `tru`,
	`""`, `"\""`, `{}`, `[]`, `[[`, `{"a":1}`, `{"a":1,"a":2}`, `,`, `,,`, `:`, `"`, `{`, `}`, `[`, `]`, ` `, `//`, `"agent":"li",`, `"id":"e",`, `"x":1,`, `"mood":1,`,
	`"zone":null,`, `"zone":"Mars",`, `"dataschema":"",`, `2024-02-30`, `T24`, `+24:00`, `Z`, `.5Z`, `:60`, "李"}

// broken returns the record with one thing changed.
func broken(random *rand.Rand, value []byte, seeds []string) []byte {
	at := func() int { return random.IntN(len(value) + 1) }
	from, to := at(), at()
	from, to = min(from, to), max(from, to)
	join := func(parts ...[]byte) []byte { return []byte(strings.Join(asTexts(parts), "")) }
	switch random.IntN(8) {
	case 0: // another bit
		if from < len(value) {
			value = join(value[:from], []byte{value[from] ^ 1<<random.IntN(8)}, value[from+1:])
		}
	case 1: // another byte
		if from < len(value) {
			value = join(value[:from], []byte{byte(random.IntN(256))}, value[from+1:])
		}
	case 2: // cut off
		value = value[:to]
	case 3: // a byte less
		if from < len(value) {
			value = join(value[:from], value[from+1:])
		}
	case 4, 5: // something between
		value = join(value[:from], []byte(hostile[random.IntN(len(hostile))]), value[from:])
	case 6: // a piece twice, or gone
		to = min(to, from+random.IntN(40))
		value = [][]byte{join(value[:to], value[from:]), join(value[:from], value[to:])}[random.IntN(2)]
	case 7: // a piece of another record
		other := seeds[random.IntN(len(seeds))]
		a := random.IntN(len(other))
		value = join(value[:from], []byte(other[a:min(len(other), a+random.IntN(40))]), value[from:])
	}
	return value
}

func asTexts(parts [][]byte) []string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = string(p)
	}
	return texts
}

// TestBothPathsAgreeOnEveryMutant puts other values in the place of each member.
func TestBothPathsAgreeOnEveryMutant(t *testing.T) {
	d := newDecoders(stream())
	for _, typ := range event.Types() {
		for _, example := range typ.Examples {
			tree := parse(t, wholeEvent(typ, example))
			for _, path := range paths(tree) {
				for _, mutant := range mutants {
					d.agree(t, []byte("x"), []byte(render(t, mutate(t, tree, path, mutant))))
				}
			}
		}
	}
}

func TestBothPathsAgreeOnRecordsCutOff(t *testing.T) {
	d := newDecoders(stream())
	for _, value := range wholeEvents() {
		for n := range len(value) {
			if d.agree(t, []byte("x"), []byte(value[:n])) && strings.TrimSpace(value[n:]) != "" {
				t.Fatalf("taken, but cut off at byte %d: %s", n, value)
			}
		}
	}
}
