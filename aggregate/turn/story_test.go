package turn_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// monday is the first day of every story.
var monday = time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)

// story writes a log from lines such as "10:00:20 ask" or "+1 09:30 b: reply li": the time in UTC, after days since
// monday, then the conversation, "a" when it is left out, then what happened.
func story(t testing.TB, lines string) log {
	t.Helper()
	var l log
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		at, words := clockTime(t, words)
		subject := "a"
		if s, ok := strings.CutSuffix(words[0], ":"); ok {
			subject, words = s, words[1:]
		}
		data := happened(t, words[0], words[1:])
		e := l.add(fmt.Sprint("e", len(l)+1), 0, data)
		e.Subject, e.Time, e.Zone = subject, at, "UTC"
	}
	return l
}

func clockTime(t testing.TB, words []string) (time.Time, []string) {
	t.Helper()
	day := monday
	if d, ok := strings.CutPrefix(words[0], "+"); ok {
		n, err := strconv.Atoi(d)
		if err != nil {
			t.Fatal(err)
		}
		day, words = day.AddDate(0, 0, n), words[1:]
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if c, err := time.Parse(layout, words[0]); err == nil {
			return day.Add(c.Sub(c.Truncate(24 * time.Hour))), words[1:]
		}
	}
	t.Fatalf("no time: %q", words[0])
	return day, nil
}

// happened reads what happened and its words: an agent, a status, a time.
func happened(t testing.TB, verb string, words []string) event.Data {
	t.Helper()
	word := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch verb {
	case "open":
		return event.ConversationOpened{Channel: event.ChannelEmail, Agent: word(0), CustomerKind: word(1)}
	case "ask":
		return event.MessageReceived{Customer: word(0)}
	case "auto_reply", "bounce", "spam":
		return event.MessageReceived{Kind: event.MessageKind(verb)}
	case "reply":
		return event.MessageSent{Author: event.AuthorAgent, Agent: word(0)}
	case "assisted", "bot", "auto":
		return event.MessageSent{Author: event.Author(verb), Visibility: event.Public, Agent: word(0)}
	case "note":
		return event.MessageSent{Author: event.AuthorAgent, Visibility: event.Note, Agent: word(0)}
	case "assign":
		return event.ConversationAssigned{Agent: word(0)}
	case "robot":
		return event.ConversationAssigned{Bot: word(0)}
	case "status":
		return event.ConversationStatusChanged{Status: event.Status(word(0)), Agent: word(1)}
	case "merge":
		return event.ConversationMerged{From: word(0), Into: word(1)}
	case "promise":
		until, _ := clockTime(t, words[1:])
		return event.CasePromised{By: word(0), Until: event.Instant(until.Format(time.RFC3339))}
	case "follow":
		return event.CaseFollowedUp{Agent: word(0), Finding: event.Finding(word(1))}
	case "approve":
		return event.SolutionApproved{By: word(0), For: word(1)}
	case "call":
		return event.CallEnded{Direction: event.Outbound, Outcome: event.Answered, Agent: word(0)}
	case "missed":
		return event.CallEnded{Direction: event.Outbound, Outcome: event.Missed, Agent: word(0)}
	case "rate":
		score, _ := strconv.ParseInt(word(0), 10, 64)
		outOf, _ := strconv.ParseInt(word(1), 10, 64)
		return event.ConversationRated{Score: score, OutOf: outOf, Agent: word(2)}
	case "retract":
		return event.Retracted{Target: word(0), Reason: "written by mistake"}
	}
	t.Fatalf("no such happening: %q", verb)
	return nil
}

// conversation folds a story that is one conversation.
func conversation(t testing.TB, lines string) *turn.Conversation {
	t.Helper()
	f, _ := turn.Fold(story(t, lines))
	if len(f.Conversations) != 1 {
		t.Fatalf("%d conversations, want 1", len(f.Conversations))
	}
	return &f.Conversations[0]
}

// at writes an instant as stories do.
func at(i time.Time) string {
	s := strings.TrimSuffix(i.Format("15:04:05"), ":00")
	if days := int(i.Sub(monday) / (24 * time.Hour)); days != 0 {
		s = fmt.Sprintf("+%d %s", days, s)
	}
	return s
}

// turns writes each turn as "started answered by", with what else is to be said of it.
func turns(c *turn.Conversation) []string {
	var all []string
	for i := range c.Turns {
		t := &c.Turns[i]
		s := at(t.Started.Time) + " unanswered"
		if t.Answered != nil {
			s = at(t.Started.Time) + " answered " + at(t.Answered.Time) + " " + t.By
		}
		if t.Asks != 1 {
			s += fmt.Sprintf(", %d asks", t.Asks)
		}
		if t.Replies > 1 {
			s += fmt.Sprintf(", %d replies", t.Replies)
		}
		if t.Owner != "" {
			s += ", owner " + t.Owner
		}
		if t.Closed != nil {
			s += ", closed " + at(*t.Closed)
		}
		if t.First != (i == 0) {
			s += ", wrongly first or not"
		}
		all = append(all, s)
	}
	return all
}
