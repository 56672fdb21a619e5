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
