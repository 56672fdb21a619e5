package turn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func BenchmarkFoldOneCall(b *testing.B) {
	var l log
	l.add("a", 0, call("li"))
	b.ReportAllocs()
	for b.Loop() {
		turn.Fold(l)
	}
}

// chat is an opened, assigned and resolved conversation of ten messages.
func chat() log {
	var l log
	next := func(data event.Data) {
		l.add(fmt.Sprintf("%08x-4c1e", len(l)*2654435761), time.Duration(len(l))*time.Minute, data)
	}
	next(event.ConversationOpened{Channel: event.ChannelChat, Team: "express", Queue: "parcels", Customer: "c-81"})
	next(event.ConversationAssigned{Agent: "li"})
	for range 5 {
		next(event.MessageReceived{Kind: event.KindMessage})
		next(event.MessageSent{Author: event.AuthorAgent, Agent: "li"})
	}
	next(event.ConversationStatusChanged{Status: event.StatusResolved, Agent: "li"})
	return l
}

func BenchmarkFoldChat(b *testing.B) {
	l := chat()
	b.ReportAllocs()
	for b.Loop() {
		turn.Fold(l)
	}
}

func BenchmarkDeadlines(b *testing.B) {
	f, _ := turn.Fold(chat())
	h := office(b)
	clock := turn.Clock{Kind: turn.NextResponse, Target: turn.Target{Working: 2 * time.Hour}}
	b.ReportAllocs()
	for b.Loop() {
		f.Conversations[0].Deadlines(clock, h)
	}
}

// years is a chat that is never closed: asked, handed over, answered, set aside and promised again and again.
func years(rounds int) log {
	var l log
	next := func(data event.Data) { l.add(fmt.Sprintf("%08x", len(l)), time.Duration(len(l))*time.Minute, data) }
	next(event.ConversationOpened{Channel: event.ChannelChat, Agent: "li"})
	for i := range rounds {
		next(event.MessageReceived{})
		next(event.ConversationAssigned{Agent: []string{"li", "wang"}[i%2]})
		next(event.MessageSent{Author: event.AuthorAgent, Agent: "li"})
		next(event.CaseFollowedUp{Agent: "li"})
		next(event.ConversationStatusChanged{Status: event.StatusPending})
		next(event.ConversationStatusChanged{Status: event.StatusOpen})
		until := monday.Add(time.Duration(len(l)+1) * time.Minute)
		next(event.CasePromised{Until: event.Instant(until.Format(time.RFC3339)), By: "li"})
	}
	return l
}

// What a turn costs must not grow with how long the conversation has gone on: ns/turn is the same for all lengths.
func BenchmarkDeadlinesOfYears(b *testing.B) {
	h := office(b)
	clock := turn.Clock{Kind: turn.NextResponse, Target: turn.Target{Working: 2 * time.Hour}, Pauses: []event.Status{event.StatusPending}}
	for _, rounds := range []int{100, 1_000, 10_000} {
		f, _ := turn.Fold(years(rounds))
		b.Run(fmt.Sprint(rounds), func(b *testing.B) {
			for b.Loop() {
				f.Conversations[0].Deadlines(clock, h)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rounds), "ns/turn")
		})
	}
}
