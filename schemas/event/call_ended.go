package event

// CallEnded is one phone call, reported when it is over. The envelope's time is when the call entered; its subject is the
// conversation. A call that an agent answered without being named is nobody's call.
type CallEnded struct {
	Direction Direction   `json:"direction" column:"direction" enum:"inbound,outbound" doc:"who called: inbound is the customer"`
	Outcome   CallOutcome `json:"outcome" column:"outcome" enum:"answered,abandoned,missed,phantom" doc:"abandoned: the caller gave up; missed: it rang, nobody took it; phantom: a line event without a caller"`
	Agent     string      `json:"agent,omitempty" column:"agent" doc:"id of the agent who took it"`
	Team      string      `json:"team,omitempty" column:"team" doc:"team that the call was for, as the source knows it"`
	Queue     string      `json:"queue,omitempty" column:"queue" doc:"queue or service it came through"`
	WaitMS    *int64      `json:"wait_ms,omitempty" column:"wait_ms" doc:"milliseconds in the queue"`
	TalkMS    *int64      `json:"talk_ms,omitempty" column:"talk_ms" doc:"milliseconds with the agent, holds included"`
	WrapUpMS  *int64      `json:"wrap_up_ms,omitempty" column:"wrap_up_ms" doc:"milliseconds of work after the call"`
	IVRMS     *int64      `json:"ivr_ms,omitempty" doc:"milliseconds in the voice menu before the queue"`
	Holds     []Hold      `json:"holds,omitempty" doc:"times on hold, in order"`
	Customer  string      `json:"customer,omitempty" doc:"reference of the customer, never a name or number"`
	Priority  *int64      `json:"priority,omitempty" doc:"the source's own scale"`
	Anomalies []string    `json:"anomalies,omitempty" doc:"what the source reported that cannot be, and was therefore left out"`
}

// Hold is one stretch of a call on hold.
type Hold struct {
	StartMS    int64 `json:"start_ms" doc:"milliseconds from the start of the talk"`
	DurationMS int64 `json:"duration_ms" doc:"how long, milliseconds"`
}

// Direction says who started a call.
type Direction string

// The directions of a call.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// CallOutcome says how a call ended.
type CallOutcome string

// The outcomes of a call.
const (
	Answered  CallOutcome = "answered"
	Abandoned CallOutcome = "abandoned"
	Missed    CallOutcome = "missed"
	Phantom   CallOutcome = "phantom"
)

var _ = register[CallEnded](Type{
	Name:    "call.ended",
	Version: 1,
	Subject: "the conversation",
	Doc:     "One phone call, reported when it is over. Its time is when the call entered.",
	Examples: []string{
		`{"direction":"inbound","outcome":"answered","agent":"li","team":"express","queue":"parcels","wait_ms":12000,"talk_ms":185000,"wrap_up_ms":20000,"ivr_ms":9000,"holds":[{"start_ms":60000,"duration_ms":11000}],"customer":"c-81","priority":2,"anomalies":["queue left before it was entered"]}`,
		`{"direction":"inbound","outcome":"abandoned","queue":"parcels","wait_ms":95000}`,
	},
})
