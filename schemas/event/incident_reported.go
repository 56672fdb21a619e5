package event

// IncidentReported says that something went wrong: a complaint, a mistake, a loss. It counts for nothing until it is ruled
// on. The envelope's subject is the incident; its time is when it was reported.
type IncidentReported struct {
	Agent        string      `json:"agent" column:"agent" doc:"id of the agent whom it is about"`
	Team         string      `json:"team,omitempty" column:"team" doc:"team of the agent, as the source knows it"`
	Subjects     []string    `json:"subjects" minitems:"1" doc:"what it is about: call-attitude, email, inquiry, work-error, execution, refusal or other names of the policy"`
	Complainant  Complainant `json:"complainant,omitempty" enum:"customer,colleague,abroad" doc:"who complained; absent: nobody did, it was found"`
	Serious      bool        `json:"serious,omitzero" doc:"true when it is serious by the reporter's judgement"`
	LossMinor    *int64      `json:"loss_minor,omitempty" doc:"loss of the company in minor units of its currency"`
	Reputation   bool        `json:"reputation,omitzero" doc:"true when it harmed the company's reputation"`
	SameKind     string      `json:"same_kind,omitempty" doc:"key that mistakes of one kind share"`
	CriticizedOn Date        `json:"criticized_on,omitempty" doc:"local date on which the agent was criticized for a mistake of this kind before"`
	Occurred     Date        `json:"occurred,omitempty" doc:"local date of the conduct; the event's when absent"`
	Conversation string      `json:"conversation,omitempty" doc:"the conversation that it is about"`
	Recording    string      `json:"recording,omitempty" doc:"reference of the recording"`
}

// Complainant says from which side a complaint came.
type Complainant string

// The sides that complain.
const (
	FromCustomer  Complainant = "customer"
	FromColleague Complainant = "colleague"
	FromAbroad    Complainant = "abroad"
)

var _ = register[IncidentReported](Type{
	Name:    "incident.reported",
	Version: 1,
	Subject: "the incident",
	Doc:     "Says that something went wrong: a complaint, a mistake, a loss. It counts for nothing until it is ruled on.",
	Examples: []string{
		`{"agent":"li","team":"express","subjects":["call-attitude","refusal"],"complainant":"customer","serious":true,"loss_minor":150000,"reputation":true,"same_kind":"wrong-address","criticized_on":"2024-02-20","occurred":"2024-03-02","conversation":"call-17","recording":"rec-17"}`,
		`{"agent":"wang","subjects":["work-error"]}`,
	},
})
