package event

// SolutionApproved is the word of somebody who may decide it: the customer can be told. The envelope's subject is the
// conversation.
type SolutionApproved struct {
	By   string `json:"by" column:"agent" doc:"who approved it"`
	For  string `json:"for,omitempty" names:"person" doc:"id of the agent who has to tell the customer"`
	Note string `json:"note,omitempty" maxlen:"1024" doc:"what was approved"`
}

var _ = register[SolutionApproved](Type{
	Name:    "solution.approved",
	Version: 1,
	Subject: "the conversation",
	Doc:     "The word of somebody who may decide it: the customer can be told.",
	Examples: []string{
		`{"by":"supervisor-2","for":"li","note":"refund of the freight"}`,
		`{"by":"supervisor-2"}`,
	},
})
