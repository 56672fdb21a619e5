package event

// CaseFollowedUp is an entry in the list of open queries: somebody looked after the case. The envelope's subject is the
// conversation.
type CaseFollowedUp struct {
	Agent   string  `json:"agent" column:"agent" doc:"id of the agent who followed it up"`
	Finding Finding `json:"finding,omitempty" column:"outcome" enum:"problem,urged_abroad" doc:"what the entry carries: the concrete problem, or that the other side abroad was urged; absent: neither"`
}

// Finding is what an entry of the list of open queries carries.
type Finding string

// The findings of a follow-up.
const (
	FindingProblem     Finding = "problem"      // the concrete problem
	FindingUrgedAbroad Finding = "urged_abroad" // the other side abroad was urged
)

var _ = register[CaseFollowedUp](Type{
	Name:    "case.followed_up",
	Version: 1,
	Subject: "the conversation",
	Doc:     "An entry in the list of open queries: somebody looked after the case.",
	Examples: []string{
		`{"agent":"li","finding":"problem"}`,
		`{"agent":"li"}`,
	},
})
