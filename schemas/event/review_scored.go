package event

// ReviewScored is what a reviewer found in an agent's work of a month. The envelope's subject is the agent.
type ReviewScored struct {
	Period       Month           `json:"period" doc:"the month that it counts for"`
	Template     string          `json:"template" doc:"name of the sheet that was filled in"`
	Reviewer     string          `json:"reviewer" names:"person" doc:"who reviewed"`
	Confirmed    bool            `json:"confirmed,omitzero" doc:"true when the agent or a second reviewer confirmed it"`
	Recording    string          `json:"recording,omitempty" doc:"reference of the recording that was heard"`
	Conversation string          `json:"conversation,omitempty" doc:"the conversation that was looked at"`
	Findings     []ReviewFinding `json:"findings,omitempty" doc:"what was found, and how often"`
	Checks       []ReviewCheck   `json:"checks,omitempty" doc:"what was checked, and whether it was met"`
}

// ReviewFinding is one kind of conduct that a reviewer found.
type ReviewFinding struct {
	Finding          string `json:"finding" doc:"name of the finding in the policy"`
	Count            int64  `json:"count" min:"1" doc:"how often"`
	PointsHundredths *int64 `json:"points_hundredths,omitempty" doc:"chosen by the reviewer where the policy gives a range, hundredths of a point"`
	Reason           string `json:"reason,omitempty" maxlen:"1024" doc:"why"`
}

// ReviewCheck is one line of a check list.
type ReviewCheck struct {
	Check string `json:"check" doc:"name of the check in the policy"`
	Met   bool   `json:"met" doc:"whether it was met"`
}

var _ = register[ReviewScored](Type{
	Name:    "review.scored",
	Version: 1,
	Subject: "the agent",
	Doc:     "What a reviewer found in an agent's work of a month.",
	Examples: []string{
		`{"period":"2024-03","template":"calls","reviewer":"supervisor-2","confirmed":true,"recording":"rec-17","conversation":"call-17","findings":[{"finding":"mood","count":2,"points_hundredths":150,"reason":"sighed at the customer"},{"finding":"ignoring","count":1}],"checks":[{"check":"greeting","met":true},{"check":"closing","met":false}]}`,
		`{"period":"2024-03","template":"calls","reviewer":"supervisor-3"}`,
	},
})
