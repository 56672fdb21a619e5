package event

// Retracted takes an event back: it then counts nowhere. Nothing is edited and nothing deleted. The envelope's
// subject is the subject of the event taken back.
type Retracted struct {
	Target       string `json:"target" doc:"id of the event taken back"`
	TargetSource string `json:"target_source,omitempty" doc:"source of the event taken back; the retraction's own when absent"`
	Reason       string `json:"reason" maxlen:"1024" doc:"why, for the person who looks at it later"`
	By           string `json:"by,omitempty" names:"person" doc:"who took it back"`
}

var _ = register[Retracted](Type{
	Name:    "event.retracted",
	Version: 1,
	Subject: "the subject of the event taken back",
	Doc:     "Takes an event back: it then counts nowhere. Nothing is edited and nothing deleted.",
	Examples: []string{
		`{"target":"call-17","target_source":"pbx","reason":"test call of the technician","by":"supervisor-2"}`,
		`{"target":"call-18","reason":"reported twice"}`,
	},
})
