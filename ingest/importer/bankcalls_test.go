package importer_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/importer"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func edit(old, new string) string {
	if !strings.Contains(row, old) {
		panic("not in the row: " + old)
	}
	return strings.Replace(row, old, new, 1)
}

func ms(seconds int64) *int64 { return event.Milliseconds(time.Duration(seconds) * time.Second) }

func TestBankCall(t *testing.T) {
	l := imports(t, header+row)
	want := event.Event{
		Company: "bank", Source: "bank-calls", Subject: "AA0101-34536-990201", ID: "AA0101-34536-990201", Type: "call.ended",
		Zone: "Asia/Jerusalem", Time: time.Date(1999, 2, 1, 5, 2, 47, 0, time.UTC), AppendTime: appended,
		Data: event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "DORIT", Queue: "PS", WaitMS: ms(5),
			TalkMS: ms(166), IVRMS: ms(9), Customer: "23317894", Priority: new(int64)},
	}
	*want.Data.(event.CallEnded).Priority = 2
	if diff := cmp.Diff(l[0], want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// imports returns the events of a file in which every row is one.
func imports(t *testing.T, file string) []event.Event {
	t.Helper()
	result, l := imported(t, file)
	if result.Rejected != 0 {
		t.Fatalf("rejected: %+v", result.Lines)
	}
	var events []event.Event
	for _, m := range l.messages {
		events = append(events, eventOf(t, m))
	}
	return events
}

func TestBankCallDirt(t *testing.T) {
	for _, c := range []struct {
		name, row string
		change    func(*event.CallEnded) // from the call of TestBankCall
	}{
		{"nobody's call", edit("DORIT", "NO_SERVER"), func(e *event.CallEnded) { e.Agent = "" }},
		{"no customer", edit("23317894", "0"), func(e *event.CallEnded) { e.Customer = "" }},
		{"no priority", edit("\t2\t", "\t\t"), func(e *event.CallEnded) { e.Priority = nil }},
		{"phantom", edit("AGENT\t7:03:00\t7:05:46\t166\tDORIT", "PHANTOM\t0:00:00\t0:00:00\t0\tNO_SERVER"), func(e *event.CallEnded) {
			e.Outcome, e.Agent, e.TalkMS = event.Phantom, "", nil
		}},
		{"abandoned, yet served", edit("AGENT\t7:03:00\t7:05:46\t166\tDORIT", "HANG\t7:03:00\t7:05:46\t166\tNO_SERVER"), func(e *event.CallEnded) {
			e.Outcome, e.Agent, e.TalkMS, e.Anomalies = event.Abandoned, "", nil, []string{"ser_time 166 s: nobody answered"}
		}},
		{"answered, not recorded", edit("7:03:00\t7:05:46\t166", "0:00:00\t0:00:00\t0"), func(e *event.CallEnded) {
			e.TalkMS, e.Anomalies = nil, []string{"ser_time: answered, but not recorded"}
		}},
		{"left the menu before it was entered", edit("7:02:56\t9", "7:02:37\t-10"), func(e *event.CallEnded) {
			e.IVRMS, e.Anomalies = nil, []string{"vru_time -10 s: negative"}
		}},
		{"contradictory", edit("166", "167"), func(e *event.CallEnded) {
			e.TalkMS, e.Anomalies = nil, []string{"ser_time 167 s: start and exit are 166 s apart"}
		}},
		{"longer than a day by a day", edit("166", "172966"), func(e *event.CallEnded) {
			e.TalkMS, e.Anomalies = nil, []string{"ser_time 172966 s: start and exit are 166 s apart"}
		}},
		{"across midnight", edit("7:03:00\t7:05:46\t166", "23:59:00\t0:00:10\t70"), func(e *event.CallEnded) { e.TalkMS = ms(70) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := imports(t, header+row)[0].Data.(event.CallEnded)
			c.change(&want)
			if diff := cmp.Diff(imports(t, header+c.row)[0].Data, event.Data(want)); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestBankCallRejects(t *testing.T) {
	for _, c := range []struct {
		name, row string
		want      string
	}{
		{"a column less", strings.Replace(row, "\tDORIT", "", 1), importer.ColumnCount},
		{"a column more", edit("DORIT", "DORIT\tx"), importer.ColumnCount},
		{"no line", edit("AA0101", " "), importer.EmptyID},
		{"no id", edit("34536", ""), importer.EmptyID},
		{"30 February", edit("990201", "990230"), importer.InvalidDate},
		{"negative date", edit("990201", "-90201"), importer.InvalidDate},
		{"no date", edit("990201", ""), importer.InvalidDate},
		{"25 hours", edit("7:02:47", "25:02:47"), importer.InvalidTime},
		{"60 seconds", edit("7:02:47", "7:02:60"), importer.InvalidTime},
		{"no seconds", edit("7:05:46", "7:05"), importer.InvalidTime},
		{"a sign", edit("7:05:46", "+7:05:46"), importer.InvalidTime},
		{"no duration", edit("166", ""), importer.InvalidNumber},
		{"a fraction", edit("166", "166.0"), importer.InvalidNumber},
		{"beyond all numbers", edit("166", "99999999999999999999"), importer.InvalidNumber},
		{"negative priority", edit("\t2\t", "\t-2\t"), importer.InvalidNumber},
		{"outcome", edit("AGENT", "agent"), importer.UnknownOutcome},
		{"not UTF-8", edit("DORIT", "DOR\xffT"), importer.InvalidUTF8},
		{"gigantic line", strings.Repeat("x", 10<<20) + "\n", importer.LineTooLong},
		{"long agent", edit("DORIT", strings.Repeat("x", 300)), string(event.FieldTooLong)},
		{"control character", edit("DORIT", "DO\x00RIT"), string(event.InvalidValue)},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, _ := imported(t, header+row+c.row+row)
			if diff := cmp.Diff(result.Reasons, map[string]int{c.want: 1}); diff != "" || result.Accepted != 2 {
				t.Fatalf("%d accepted; reasons (-got, +want):\n%s", result.Accepted, diff)
			}
			if p := result.Lines[0]; p.Line != 3 || p.Reason != c.want || p.Detail == "" || len(p.Detail) > 600 {
				t.Errorf("got %+v, want line 3", p)
			}
		})
	}
}

func TestBankFileShapes(t *testing.T) {
	unix := strings.ReplaceAll(header+row+row, "\r\n", "\n")
	for name, file := range map[string]string{
		"CR LF":                 header + row + row,
		"LF":                    unix,
		"CR":                    strings.ReplaceAll(unix, "\n", "\r"),
		"no end of line at end": strings.TrimSuffix(header+row+row, "\r\n"),
		"byte order mark":       "\ufeff" + header + row + row,
		"empty lines":           "\n\n" + header + "\n" + row + "\n\n" + row + "\n\n",
		"tabs at the ends":      strings.ReplaceAll(header+row+row, "\r\n", "\t\r\n"),
		"tabs after rows":       header + strings.ReplaceAll(row+row, "\r\n", "\t\r\n"),
		"columns turned round":  turned(unix),
		"columns of others":     strings.ReplaceAll("note\t"+unix[:strings.Index(unix, "\n")+1]+"n\t"+strings.TrimPrefix(unix, unix[:strings.Index(unix, "\n")+1]), "\nAA", "\nn\tAA"),
	} {
		t.Run(name, func(t *testing.T) {
			got, want := imports(t, file), imports(t, header+row+row)
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// turned returns the file with its columns in the opposite order.
func turned(file string) string {
	var b strings.Builder
	for line := range strings.Lines(file) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i := range fields {
			b.WriteString(fields[len(fields)-1-i] + map[bool]string{true: "\n", false: "\t"}[i == len(fields)-1])
		}
	}
	return b.String()
}

func TestBankFileRefused(t *testing.T) {
	for _, c := range []struct{ name, file, zone, want string }{
		{"empty", "", "", "the file is empty"},
		{"nothing but ends of lines", "\n\r\n\r", "", "the file is empty"},
		{"binary", "\x7fELF\x00\x01\x02", "", "no text"},
		{"gigantic header", strings.Repeat("x", 1<<20), "", "no text"},
		{"another file", "id,name\n1,x\n", "", "missing columns vru+line, call_id"},
		{"a column is missing", strings.Replace(header, "outcome", "result", 1), "", "missing columns outcome"},
		{"a column stands twice", strings.Replace(header, "server", "server\tserver", 1), "", `column "server" stands twice`},
		{"zone", header, "Mars/Olympus", "want an IANA zone"},
		{"zone of the machine", header, "Local", "want an IANA zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := importer.Import(t.Context(), importer.BankCalls(strings.NewReader(c.file), importer.Options{Zone: c.zone}), &log{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

func TestIdentities(t *testing.T) {
	events := imports(t, header+row+row+edit("AA0101", "AA0102")+edit("990201", "990301")+edit("AA0101\t34536", "A-1\t2")+edit("AA0101\t34536", "A\t1-2"))
	seen := map[event.Identity]int{}
	for _, e := range events {
		seen[e.Identity()]++
	}
	if len(events) != 6 || len(seen) != 5 || seen[events[0].Identity()] != 2 {
		t.Errorf("got %d identities of %d events, want the first two to be copies and the others to differ: %v", len(seen), len(events), seen)
	}
}

func TestLocalTimes(t *testing.T) {
	for _, c := range []struct {
		name, zone, date, entry, want string
		anomaly                       bool
	}{
		{"winter", "Asia/Jerusalem", "990201", "0:00:00", "1999-01-31T22:00:00Z", false},
		{"summer", "Asia/Jerusalem", "990701", "23:59:59", "1999-07-01T20:59:59Z", false},
		{"last second before the gap", "Europe/Berlin", "240331", "1:59:59", "2024-03-31T00:59:59Z", false},
		{"in the gap", "Europe/Berlin", "240331", "2:30:00", "2024-03-31T01:30:00Z", true},
		{"after the gap", "Europe/Berlin", "240331", "3:00:00", "2024-03-31T01:00:00Z", false},
		{"shown twice, the first", "Europe/Berlin", "241027", "2:30:00", "2024-10-27T00:30:00Z", false},
		{"after the second", "Europe/Berlin", "241027", "3:00:00", "2024-10-27T02:00:00Z", false},
		{"west of Greenwich, in the gap", "America/New_York", "240310", "2:00:00", "2024-03-10T07:00:00Z", true},
		{"west of Greenwich, twice", "America/New_York", "241103", "1:00:00", "2024-11-03T05:00:00Z", false},
		{"the century", "UTC", "680101", "0:00:00", "2068-01-01T00:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := strings.NewReplacer("990201", c.date, "7:02:47\t7:02:56\t9", c.entry+"\t"+c.entry+"\t0").Replace(row)
			for r, err := range importer.BankCalls(strings.NewReader(header+line), importer.Options{Zone: c.zone}) {
				if err != nil || r.Problem != nil {
					t.Fatal(err, r.Problem)
				}
				if got := r.Event.Time.UTC().Format(time.RFC3339); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				if got := r.Event.Data.(event.CallEnded).Anomalies; (got != nil) != c.anomaly {
					t.Errorf("anomalies: got %v", got)
				}
			}
		})
	}
}

func TestProgress(t *testing.T) {
	file := header + strings.Repeat(row, 5000)
	var last int64
	o := importer.Options{Progress: func(read int64) {
		if read < last {
			t.Errorf("progress went back from %d to %d", last, read)
		}
		last = read
	}}
	if _, err := importer.Import(t.Context(), importer.BankCalls(strings.NewReader(file), o), &log{}); err != nil {
		t.Fatal(err)
	}
	if last != int64(len(file)) {
		t.Errorf("got %d bytes at the end, want %d", last, len(file))
	}
}

func FuzzBankCalls(f *testing.F) {
	f.Add([]byte(header + row))
	f.Add([]byte(strings.ReplaceAll(header+edit("166", "-166")+row[:40], "\r\n", "\r")))
	f.Add([]byte("\ufeff" + turned(strings.ReplaceAll(header+row, "\r\n", "\n"))))
	f.Fuzz(func(t *testing.T, file []byte) {
		var l log
		result, err := importer.Import(t.Context(), importer.BankCalls(bytes.NewReader(file), importer.Options{}), &l)
		if err != nil && result.Rows != 0 {
			t.Errorf("%d rows of a file without a header: %v", result.Rows, err)
		}
		if result.Rows != result.Accepted+result.Rejected || result.Accepted != len(l.messages) {
			t.Errorf("%+v does not add up with %d messages", result, len(l.messages))
		}
		for _, m := range l.messages {
			if got := eventOf(t, m); got.Type != "call.ended" {
				t.Errorf("got type %q", got.Type)
			}
		}
	})
}
