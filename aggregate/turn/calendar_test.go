package turn_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// office is Monday to Friday from 09:00 to 18:00 UTC, with the holidays of China.
func office(t testing.TB) *calendar.Hours {
	t.Helper()
	c, err := calendar.Load("cn-office", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.In(time.UTC)
}
