package event_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// TestKindsAreStrict holds what each kind of member takes and what it does not. The empty reason means accepted.
func TestKindsAreStrict(t *testing.T) {
	exam := func(period, out string) string {
		return `{"period":` + period + `,"exam":"x","score_hundredths":0,"out_of_hundredths":` + out + `}`
	}
	review := func(members string) string {
		return `{"period":"2024-03","template":"calls","reviewer":"s",` + members + `}`
	}
	ruled := func(serious string) string { return `{"verdict":"upheld","by":"s","serious":` + serious + `}` }
	for _, c := range []struct {
		name string
		typ  *event.Type
		data string
		want event.Reason
	}{
		{"month", event.TypeOf(event.ExamScored{}), exam(`"2024-12"`, `1`), ""},
		{"first month", event.TypeOf(event.ExamScored{}), exam(`"1900-01"`, `1`), ""},
		{"month before 1900", event.TypeOf(event.ExamScored{}), exam(`"1899-12"`, `1`), event.InvalidValue},
		{"month 0", event.TypeOf(event.ExamScored{}), exam(`"2024-00"`, `1`), event.InvalidValue},
		{"month 13", event.TypeOf(event.ExamScored{}), exam(`"2024-13"`, `1`), event.InvalidValue},
		{"month of one digit", event.TypeOf(event.ExamScored{}), exam(`"2024-3"`, `1`), event.InvalidValue},
		{"month of five digits", event.TypeOf(event.ExamScored{}), exam(`"12024-03"`, `1`), event.InvalidValue},
		{"month with a day", event.TypeOf(event.ExamScored{}), exam(`"2024-03-01"`, `1`), event.InvalidValue},
		{"no month", event.TypeOf(event.ExamScored{}), exam(`""`, `1`), event.InvalidValue},
		{"month as a number", event.TypeOf(event.ExamScored{}), exam(`202403`, `1`), event.WrongType},
		{"out of nothing", event.TypeOf(event.ExamScored{}), exam(`"2024-03"`, `0`), event.InvalidValue},

		{"true", event.TypeOf(event.IncidentRuled{}), ruled(`true`), ""},
		{"false", event.TypeOf(event.IncidentRuled{}), ruled(`false`), ""},
		{"text for a boolean", event.TypeOf(event.IncidentRuled{}), ruled(`"true"`), event.WrongType},
		{"number for a boolean", event.TypeOf(event.IncidentRuled{}), ruled(`1`), event.WrongType},
		{"null for a boolean", event.TypeOf(event.IncidentRuled{}), ruled(`null`), event.WrongType},

		{"no findings", event.TypeOf(event.ReviewScored{}), review(`"findings":[]`), ""},
		{"finding", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"mood","count":1}]`), ""},
		{"reason of two lines", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"mood","count":1,"reason":"a\nb"}]`), ""},
		{"name of two lines", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"a\nb","count":1}]`), event.InvalidValue},
		{"empty reason", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"mood","count":1,"reason":""}]`), event.InvalidValue},
		{"finding without a name", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"count":1}]`), event.MissingField},
		{"finding of null", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":null,"count":1}]`), event.WrongType},
		{"found never", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"mood","count":0}]`), event.InvalidValue},
		{"negative points", event.TypeOf(event.ReviewScored{}), review(`"findings":[{"finding":"mood","count":1,"points_hundredths":-1}]`), event.InvalidValue},
		{"check not met", event.TypeOf(event.ReviewScored{}), review(`"checks":[{"check":"greeting","met":false}]`), ""},
		{"check undecided", event.TypeOf(event.ReviewScored{}), review(`"checks":[{"check":"greeting"}]`), event.MissingField},
		{"check with a text", event.TypeOf(event.ReviewScored{}), review(`"checks":[{"check":"greeting","met":"yes"}]`), event.WrongType},
		{"no subject", event.TypeOf(event.IncidentReported{}), `{"agent":"li","subjects":[]}`, event.InvalidValue},
		{"score of 0", event.TypeOf(event.ConversationRated{}), `{"score":0,"out_of":5}`, ""},
		{"score out of 0", event.TypeOf(event.ConversationRated{}), `{"score":0,"out_of":0}`, event.InvalidValue},
	} {
		t.Run(c.name, func(t *testing.T) {
			var row event.Row
			err := event.NewDecoder(stream()).Decode([]byte("x"), []byte(wholeEvent(c.typ, c.data)), appended, &row)
			if got := reasonOf(err); got != c.want {
				t.Errorf("got reason %q (%.300v), want %q", got, err, c.want)
			}
		})
	}
}

// TestNotReportedIsNotFalse is why some booleans are pointers.
func TestNotReportedIsNotFalse(t *testing.T) {
	yes, no := true, false
	typ := event.TypeOf(event.IncidentRuled{})
	for members, want := range map[string]*bool{``: nil, `,"serious":false`: &no, `,"serious":true`: &yes} {
		got := decode(t, wholeEvent(typ, `{"verdict":"upheld","by":"s"`+members+`}`)).Data.(event.IncidentRuled).Serious
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s: serious (-got, +want):\n%s", members, diff)
		}
	}
}

// TestFalseThatIsNoNewsIsStoredAsNothing: a flag that is false when it is absent is stored in one way only.
func TestFalseThatIsNoNewsIsStoredAsNothing(t *testing.T) {
	typ := event.TypeOf(event.IncidentReported{})
	var rows [2]event.Row
	for i, members := range []string{``, `,"serious":false,"reputation":false`} {
		value := wholeEvent(typ, `{"agent":"li","subjects":["work-error"]`+members+`}`)
		if err := event.NewDecoder(stream()).Decode([]byte("x"), []byte(value), appended, &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(rows[1], rows[0]); diff != "" {
		t.Errorf("rows (-got, +want):\n%s", diff)
	}
}

// TestWrongDeclarationsPanic: what no decoder could read or no column could hold is found when the program starts.
func TestWrongDeclarationsPanic(t *testing.T) {
	type texts struct {
		List []string `json:"list"`
	}
	type flag struct {
		Flag bool `json:"flag,omitzero"`
	}
	type named struct {
		By string `json:"by" names:"person"`
	}
	for name, declare := range map[string]func(){
		"floating point":              event.Declare[struct{ X float64 }],
		"list within a list":          event.Declare[struct{ X []texts }],
		"optional flag within a list": event.Declare[struct{ X []flag }],
		"text in a column of integers": event.Declare[struct {
			X string `json:"x" column:"talk_ms"`
		}],
		"integer in a column of texts": event.Declare[struct {
			X int64 `json:"x" column:"agent"`
		}],
		"boolean in a column of texts": event.Declare[struct {
			X bool `json:"x" column:"agent"`
		}],
		"person who is a number": event.Declare[struct {
			X int64 `json:"x" names:"person"`
		}],
		"person within a list": event.Declare[struct{ X []named }],
		"no such column": event.Declare[struct {
			X string `json:"x" column:"mood"`
		}],
		"no number": event.Declare[struct {
			X int64 `json:"x" max:"many"`
		}],
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			declare()
		})
	}
}
