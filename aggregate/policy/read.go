package policy

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// reader reads a policy.
type reader struct{ document.Reader }

func date(o *document.Object, key string) calendar.Date {
	return document.Scalar(o, key, document.Text, calendar.ParseDate)
}
