package event

// LeaveApproved is an application for leave that was granted. The envelope's subject is the agent; its id is the application.
type LeaveApproved struct {
	Kind       string `json:"kind" column:"outcome" doc:"personal, sick, annual or another of the company's own names"`
	From       Date   `json:"from" doc:"first local date"`
	Until      Date   `json:"until" doc:"last local date"`
	HalfDay    bool   `json:"half_day,omitzero" doc:"only half a day of it; from and until are the same date"`
	ApprovedBy string `json:"approved_by" names:"person" doc:"who granted it"`
	Reason     string `json:"reason,omitempty" maxlen:"1024" doc:"why it was asked for"`
}

var _ = register[LeaveApproved](Type{
	Name:    "leave.approved",
	Version: 1,
	Subject: "the agent",
	Doc:     "An application for leave that was granted. Its id is the application.",
	Examples: []string{
		`{"kind":"personal","from":"2024-03-04","until":"2024-03-04","half_day":true,"approved_by":"supervisor-2","reason":"moving house"}`,
		`{"kind":"annual","from":"2024-03-11","until":"2024-03-15","approved_by":"supervisor-2"}`,
	},
})
