package event

// IncidentRuled is the verdict on an incident, and corrects what was reported. A later verdict replaces an earlier one. The
// envelope's subject is the incident.
type IncidentRuled struct {
	Verdict          Verdict  `json:"verdict" column:"outcome" enum:"upheld,rejected" doc:"only an upheld incident counts"`
	By               string   `json:"by" names:"person" doc:"who ruled"`
	Reason           string   `json:"reason,omitempty" maxlen:"1024" doc:"why"`
	Serious          *bool    `json:"serious,omitempty" doc:"replaces what was reported"`
	LossMinor        *int64   `json:"loss_minor,omitempty" doc:"replaces what was reported; minor units of the company's currency"`
	Reputation       *bool    `json:"reputation,omitempty" doc:"replaces what was reported"`
	FollowedUpInTime *bool    `json:"followed_up_in_time,omitempty" doc:"whether the complaint was followed up in time"`
	Subjects         []string `json:"subjects,omitempty" doc:"replace what was reported"`
}

// Verdict says what became of an incident.
type Verdict string

// The verdicts. Rejected alone is a record that could not become an event.
const (
	Upheld          Verdict = "upheld"
	VerdictRejected Verdict = "rejected"
)

var _ = register[IncidentRuled](Type{
	Name:    "incident.ruled",
	Version: 1,
	Subject: "the incident",
	Doc:     "The verdict on an incident, and corrects what was reported. A later verdict replaces an earlier one.",
	Examples: []string{
		`{"verdict":"upheld","by":"supervisor-2","reason":"heard on the recording","serious":false,"loss_minor":0,"reputation":false,"followed_up_in_time":true,"subjects":["call-attitude"]}`,
		`{"verdict":"rejected","by":"supervisor-2"}`,
	},
})
