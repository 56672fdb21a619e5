package turn_test

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"pgregory.net/rapid"
)

// examples has data of every type that makes facts by itself.
var examples = map[string]event.Data{}

func init() {
	for _, d := range []event.Data{
		call("li"), event.ConversationOpened{}, event.ConversationAssigned{}, event.ConversationStatusChanged{}, event.ConversationMerged{},
		event.ConversationRated{}, event.ConversationMeasured{}, event.MessageReceived{}, event.MessageSent{}, event.CasePromised{},
		event.CaseFollowedUp{}, event.SolutionApproved{}, event.OrderPlaced{}, event.OrderPaid{}, event.OrderRefunded{}, event.IncidentReported{},
		event.ReviewScored{}, event.ExamScored{}, event.AgentChanged{}, event.AgentLinked{}, event.AttendanceRecorded{}, event.LeaveApproved{},
		event.AgentPresence{}, event.TrainingRecorded{},
	} {
		examples[event.TypeOf(d).Name] = d
	}
}

// Everything in a history is one of a few, so that copies, conflicts, merges, ties and circles are common.
var (
	agentNames = rapid.SampledFrom([]string{"li", "wang", "zhao", ""})
	subjects   = rapid.SampledFrom([]string{"a", "b", "c"})
	ids        = rapid.Custom(func(t *rapid.T) string { return fmt.Sprint("e", rapid.IntRange(0, 11).Draw(t, "id")) })
	statuses   = rapid.SampledFrom([]event.Status{event.StatusOpen, event.StatusPending, event.StatusOnHold, event.StatusResolved, event.StatusClosed})
	halfHours  = rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(0, 200).Draw(t, "half hours")) * 30 * time.Minute
	})
)

// talk draws an event of a conversation.
var talk = rapid.Custom(func(t *rapid.T) event.Data {
	agent := agentNames.Draw(t, "agent")
	switch rapid.IntRange(0, 13).Draw(t, "what") {
	case 0:
		return event.ConversationOpened{Channel: event.ChannelEmail, Agent: agent, Customer: "c-1", CustomerKind: rapid.SampledFrom([]string{"shopper", "direct"}).Draw(t, "kind")}
	case 1:
		return event.ConversationAssigned{Agent: agent, Team: "express"}
	case 2:
		return event.ConversationStatusChanged{Status: statuses.Draw(t, "status"), Agent: agent}
	case 3:
		return event.ConversationMerged{From: subjects.Draw(t, "from"), Into: subjects.Draw(t, "into")}
	case 4:
		return event.ConversationRated{Score: 3, OutOf: rapid.Int64Range(2, 5).Draw(t, "out of"), Agent: agent}
	case 5, 6, 7:
		return event.MessageReceived{Kind: rapid.SampledFrom([]event.MessageKind{"", event.KindMessage, event.KindMessage, event.KindSpam}).Draw(t, "kind")}
	case 8, 9:
		return event.MessageSent{Author: rapid.SampledFrom([]event.Author{event.AuthorAgent, event.AuthorAssisted, event.AuthorBot}).Draw(t, "author"),
			Visibility: rapid.SampledFrom([]event.Visibility{"", event.Public, event.Note}).Draw(t, "visibility"), Agent: agent}
	case 10:
		until := monday.Add(halfHours.Draw(t, "until"))
		return event.CasePromised{Until: event.Instant(until.Format(time.RFC3339)), By: agent}
	case 11:
		return event.CaseFollowedUp{Agent: agent, Finding: rapid.SampledFrom([]event.Finding{"", event.FindingProblem}).Draw(t, "finding")}
	case 12:
		return event.SolutionApproved{By: "boss", For: agent}
	default:
		return call(agent)
	}
})

// word draws any event.
var word = rapid.Custom(func(t *rapid.T) event.Data {
	agent := agentNames.Draw(t, "agent")
	switch rapid.IntRange(0, 15).Draw(t, "type") {
	case 0, 1:
		return event.Retracted{Target: ids.Draw(t, "target"), Reason: "a mistake"}
	case 2:
		return event.IncidentReported{Agent: agent, Subjects: []string{"email"}}
	case 3:
		return event.IncidentRuled{Verdict: rapid.SampledFrom([]event.Verdict{event.Upheld, event.VerdictRejected}).Draw(t, "verdict"), By: agent}
	case 4:
		return event.OrderPlaced{AmountMinor: rapid.Int64Range(0, 3).Draw(t, "amount"), Currency: "CNY"}
	case 5:
		return event.OrderPaid{AmountMinor: rapid.Int64Range(0, 3).Draw(t, "amount"), Currency: "CNY"}
	case 6:
		return event.AgentPresence{State: event.PresenceIdle}
	case 7:
		return event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked}
	default:
		return talk.Draw(t, "talk")
	}
})

// historyOf draws events in the order in which a broker appended them.
func historyOf(data *rapid.Generator[event.Data], subjects *rapid.Generator[string], id func(t *rapid.T, n int) string) *rapid.Generator[log] {
	return rapid.Custom(func(t *rapid.T) log {
		var l log
		for n := range rapid.IntRange(0, 24).Draw(t, "events") {
			e := l.add(id(t, n), 0, data.Draw(t, "data"))
			e.Subject, e.Time = subjects.Draw(t, "subject"), monday.Add(halfHours.Draw(t, "at"))
		}
		return l
	})
}

// history is implausible: the same ids say different things.
var history = historyOf(word, subjects, func(t *rapid.T, _ int) string { return ids.Draw(t, "id") })

// conversationHistory is of one conversation, each event once.
var conversationHistory = historyOf(talk, rapid.Just("a"), func(_ *rapid.T, n int) string { return fmt.Sprint("e", n) })
