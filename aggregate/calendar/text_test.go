package calendar_test

import (
	"encoding/json"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

type dated struct {
	Date  calendar.Date
	Month calendar.Month
}

func TestDatesAndMonthsInJSON(t *testing.T) {
	want := dated{calendar.Date{Year: 2024, Month: 2, Day: 29}, calendar.Month{Year: 2024, Month: 2}}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `{"Date":"2024-02-29","Month":"2024-02"}` {
		t.Errorf("written %s, %v", text, err)
	}
	var back dated
	if err := json.Unmarshal(text, &back); err != nil || back != want {
		t.Errorf("read %+v, want %+v: %v", back, want, err)
	}
}

// What is none is neither written nor read, and leaves what was there.
func TestWhatIsNoDateIsNotInJSON(t *testing.T) {
	for _, v := range []any{calendar.Date{}, calendar.Date{Year: 2023, Month: 2, Day: 29}, calendar.Month{}, calendar.Month{Year: 2024, Month: 13}, calendar.Month{Year: 10000, Month: 1}} {
		if text, err := json.Marshal(v); err == nil {
			t.Errorf("%+v is written %s", v, text)
		}
	}
	for _, text := range []string{`{"Date":"2023-02-29"}`, `{"Date":"2024-2-1"}`, `{"Date":""}`, `{"Month":"2024-13"}`, `{"Month":"2024-1"}`, `{"Month":202401}`} {
		back := dated{calendar.Date{Year: 1, Month: 1, Day: 1}, calendar.Month{Year: 1, Month: 1}}
		was := back
		if err := json.Unmarshal([]byte(text), &back); err == nil || back != was {
			t.Errorf("%s is read as %+v: %v", text, back, err)
		}
	}
}
