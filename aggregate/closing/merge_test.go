package closing_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// desk is a log of conversations.
type desk struct{ events []event.Event }

func (d *desk) add(when time.Time, subject string, data event.Data) {
	n := int64(len(d.events))
	d.events = append(d.events, event.Event{
		Company: company, Source: "desk", Subject: subject, ID: fmt.Sprint("m", n), Type: event.TypeOf(data).Name, Zone: zone,
		Time: when.Add(time.Duration(n) * time.Millisecond), AppendTime: when, Position: event.Position{Offset: n}, Data: data,
	})
}

// mail is a mail that somebody holds and nobody answers.
func (d *desk) mail(when time.Time, id, agent string) {
	d.add(when, id, event.ConversationOpened{Channel: event.ChannelEmail, Agent: agent})
	d.add(when, id, event.MessageReceived{Kind: event.KindMessage})
}

func (d *desk) answered(when time.Time, id, agent string) {
	d.mail(when, id, agent)
	d.add(when.Add(time.Minute), id, event.MessageSent{Author: event.AuthorAgent, Agent: agent})
}

func (d *desk) merge(when time.Time, from, into string) {
	d.add(when, from, event.ConversationMerged{From: from, Into: into})
	d.add(when, into, event.ConversationMerged{From: from, Into: into})
}

// merges returns mails of a time, each with one that was merged into it.
func merges(when string, pairs ...[2]string) []event.Event {
	start, err := time.Parse(time.RFC3339, when)
	if err != nil {
		panic(err)
	}
	var d desk
	for _, p := range pairs {
		d.mail(start, p[0], "li")
		d.mail(start, p[1], "wang")
		d.merge(start.Add(time.Minute), p[1], p[0])
	}
	return d.events
}

// reads is a source that notes which subjects were read by a list.
type reads struct {
	closing.Source
	lists [][]string
}

func (r *reads) source(s closing.Selection) iter.Seq2[[]event.Event, error] {
	if s.Subjects != nil {
		r.lists = append(r.lists, s.Subjects)
	}
	return r.Source(s)
}

var monday = time.Date(2024, 3, 4, 2, 0, 0, 0, time.UTC)

// TestMerged folds conversations that were merged, by batches, and compares with one fold of everything.
func TestMerged(t *testing.T) {
	long := monday.AddDate(-4, 0, 0)
	for _, c := range []struct {
		name string
		desk func(d *desk)
		want int // lists that were read
	}{
		{"none", func(d *desk) { d.mail(monday, "a", "li") }, 0},
		{"a pair", func(d *desk) { d.mail(monday, "a", "li"); d.mail(monday, "b", "wang"); d.merge(monday, "b", "a") }, 1},
		{"with one that was silent for years", func(d *desk) { d.answered(long, "old", "li"); d.mail(monday, "b", "wang"); d.merge(monday, "b", "old") }, 1},
		{"merged years ago, heard of again", func(d *desk) {
			d.answered(long, "old", "li")
			d.answered(long, "older", "wang")
			d.merge(long, "older", "old")
			d.add(monday, "older", event.MessageReceived{Kind: event.KindMessage})
		}, 1},
		{"all silent", func(d *desk) {
			d.mail(long, "x", "li")
			d.mail(long, "y", "wang")
			d.merge(long, "y", "x")
			d.mail(monday, "a", "li")
		}, 0},
		{"in a row", func(d *desk) {
			for i, id := range []string{"d", "a", "c", "b"} {
				d.mail(monday.Add(time.Duration(i)*time.Minute), id, "li")
			}
			d.merge(monday, "d", "c")
			d.merge(monday, "a", "b")
			d.merge(monday, "b", "c")
		}, 1},
		{"in a circle", func(d *desk) {
			for _, id := range []string{"c", "b", "a"} {
				d.mail(monday, id, "li")
			}
			d.merge(monday, "a", "b")
			d.merge(monday, "b", "c")
			d.merge(monday, "c", "a")
		}, 1},
		{"into itself", func(d *desk) {
			d.mail(monday, "a", "li")
			d.add(monday, "a", event.ConversationMerged{From: "a", Into: "a"})
		}, 0},
		{"told under one of them only", func(d *desk) {
			d.mail(monday, "a", "li")
			d.mail(monday, "b", "wang")
			d.add(monday, "a", event.ConversationMerged{From: "b", Into: "a"})
		}, 1},
		{"told under another one", func(d *desk) {
			d.mail(monday, "a", "li")
			d.mail(monday, "b", "wang")
			d.add(monday, "z", event.ConversationMerged{From: "b", Into: "a"})
		}, 1},
		{"taken back", func(d *desk) {
			d.mail(monday, "a", "li")
			d.mail(monday, "b", "wang")
			d.merge(monday, "b", "a")
			for _, e := range d.events[4:6] {
				d.add(monday, e.Subject, event.Retracted{Target: e.ID, Reason: "another customer"})
			}
		}, 1},
		{"with a call of the month", func(d *desk) {
			d.mail(monday, "a", "li")
			d.add(monday, "b", answered("wang"))
			d.merge(monday, "b", "a")
		}, 1},
		{"thousands", thousands, 4},
		{"one group of thousands", func(d *desk) {
			for i := range 1500 {
				d.mail(monday, fmt.Sprint("m", i), "li")
				d.merge(monday, fmt.Sprint("m", i), fmt.Sprint("m", i/2))
			}
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d desk
			c.desk(&d)
			r := &reads{Source: closing.Memory(d.events)}
			facts := read(t, r.source, scopeOf(t, "email_on_time", "calls_answered"))
			whole := foldedAtOnce(t, d.events, scopeOf(t, "email_on_time", "calls_answered"))
			for _, m := range []string{"email_on_time", "calls_answered"} {
				if diff := cmp.Diff(values(t, facts.Period, m), values(t, whole, m)); diff != "" {
					t.Errorf("%s (-by batches, +at once):\n%s", m, diff)
				}
			}
			if len(values(t, whole, "email_on_time")) == 0 {
				t.Error("nothing was due, which proves nothing")
			}
			if len(r.lists) != c.want {
				t.Errorf("%d lists were read, want %d", len(r.lists), c.want)
			}
			once(t, r.lists)
		})
	}
}

// thousands merges three thousand conversations into groups of two to six, told in any order.
func thousands(d *desk) {
	rng := rand.New(rand.NewPCG(1, 1))
	var ids []string
	for i := range 3000 {
		ids = append(ids, fmt.Sprintf("m%04d", i))
	}
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for len(ids) > 0 {
		group := ids[:min(len(ids), 2+rng.IntN(5))]
		ids = ids[len(group):]
		for i, id := range group {
			d.mail(monday.Add(time.Duration(rng.IntN(600))*time.Minute), id, []string{"li", "wang", "chen"}[rng.IntN(3)])
			if i > 0 {
				d.merge(monday.Add(time.Duration(600+rng.IntN(60))*time.Minute), id, group[rng.IntN(i)])
			}
		}
	}
	rng.Shuffle(len(d.events), func(i, j int) { d.events[i], d.events[j] = d.events[j], d.events[i] })
}

// once makes sure that no conversation is read twice, and no more of them at once than fit, but for one group.
func once(t *testing.T, lists [][]string) {
	t.Helper()
	all := slices.Concat(lists...)
	slices.Sort(all)
	if n := len(all) - len(slices.Compact(slices.Clone(all))); n > 0 {
		t.Errorf("%d conversations were read twice", n)
	}
	for i, l := range lists {
		if len(lists) > 1 && len(l) > closing.BatchSubjects {
			t.Errorf("list %d has %d conversations", i, len(l))
		}
	}
}

// foldedAtOnce measures one fold of all events.
func foldedAtOnce(t *testing.T, events []event.Event, s metric.Scope) *metric.Period {
	t.Helper()
	facts, _ := turn.Fold(events)
	s.Roster = roster.New()
	if err := s.Roster.Add(facts); err != nil {
		t.Fatal(err)
	}
	p, err := metric.NewPeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(facts); err != nil {
		t.Fatal(err)
	}
	return p
}
