package closing_test

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
	"pgregory.net/rapid"
)

// A world is four months of a small department as they become known, stage by stage: month k is closed at stage k, and two
// more stages follow when all of them are published.
type world struct {
	t      *rapid.T
	agents []string
	poor   map[string]bool // who gets no points from people
	log    []record
	said   []record // what people decided
	given  map[place][]gift
	mover  string
	gaps   [months]map[string]bool // who had no total on the way
	trio   []string                // incidents of one agent in one month, of which the first is voided late
}

// record is an event, and the stage from which on it is known.
type record struct {
	event.Event
	stage int
}

// place is a line of somebody's card.
type place struct {
	agent, rule string
	month       int
}

// gift is what somebody gave under a rule, from a stage on.
type gift struct{ hundredths, stage int }

const (
	months    = 4
	lastStage = months + 1
)

func monthAt(k int) calendar.Month {
	return calendar.Month{Year: 2024, Month: time.January + time.Month(k)}
}

func (w *world) draw(low, high int, what string) int {
	return rapid.IntRange(low, high).Draw(w.t, what)
}

// chance is true in so many of a hundred cases.
func (w *world) chance(percent int, what string) bool { return w.draw(0, 99, what) < percent }

func (w *world) agent(what string) string { return rapid.SampledFrom(w.agents).Draw(w.t, what) }

// late returns a stage at which month k is published.
func (w *world) late(k int) int { return w.draw(k+1, lastStage, "stage") }

// instant returns an instant of a date of month k, at an hour of its zone. No two are the same, so that no two facts replace
// each other only by the order in which they came.
func (w *world) instant(k, day, hour int) time.Time {
	m := monthAt(k)
	return time.Date(m.Year, m.Month, day, hour-8, 0, 0, 0, time.UTC).Add(time.Duration(len(w.log)+len(w.said)) * time.Millisecond)
}

func (w *world) event(stage int, at time.Time, subject string, data event.Data) record {
	e := event.Event{
		Company: company, Source: "desk", Subject: subject, ID: fmt.Sprint("e", len(w.log)+len(w.said)), Type: event.TypeOf(data).Name,
		Zone: zone, Time: at, Data: data,
	}
	content, err := e.Canonical()
	if err != nil {
		w.t.Fatal(err)
	}
	e.Content = content // saves every close the work
	return record{e, stage}
}

func (w *world) add(stage int, at time.Time, subject string, data event.Data) {
	w.log = append(w.log, w.event(stage, at, subject, data))
}

// rule says the verdict on an incident, as an event of another system or as a decision.
func (w *world) rule(stage int, at time.Time, incident string, verdict event.Verdict) {
	r := w.event(stage, at, incident, event.IncidentRuled{Verdict: verdict, By: "boss", FollowedUpInTime: new(true)})
	if w.chance(30, "decided") {
		r.Source = workflow.Source
		w.said = append(w.said, r)
		return
	}
	w.log = append(w.log, r)
}

// newWorld makes a world up.
func newWorld(t *rapid.T) *world {
	w := &world{t: t, poor: map[string]bool{}, given: map[place][]gift{}}
	for i := range w.draw(4, 8, "agents") {
		w.agents = append(w.agents, fmt.Sprint("a", i))
	}
	w.people()
	for _, a := range w.agents {
		for k := range months {
			w.work(a, k)
		}
	}
	w.complaints()
	w.voided()
	w.lateFacts()
	w.appeals()
	w.place()
	return w
}

// place gives every event its place in the log, in the order in which they become known.
func (w *world) place() {
	seed := rapid.Uint64().Draw(w.t, "order")
	w.log = reordered(w.log, seed)
	slices.SortStableFunc(w.log, func(a, b record) int { return cmp.Compare(a.stage, b.stage) })
	positioned(w.log)
	for i := range w.said {
		w.said[i].AppendTime = monthAt(w.said[i].stage).Last().Start(time.UTC).Add(time.Duration(i) * time.Second)
		w.said[i].Position = event.Position{Partition: event.Partition{Stream: workflow.Source}, Offset: int64(i)}
	}
	slices.SortStableFunc(w.said, func(a, b record) int { return cmp.Compare(a.stage, b.stage) })
}

// reordered returns the records in another order, one in twenty of them once more, half of these
// late.
func reordered(log []record, seed uint64) []record {
	rng := rand.New(rand.NewPCG(seed, 1))
	all := slices.Clone(log)
	for _, r := range log {
		if n := rng.IntN(40); n < 2 {
			r.stage = max(r.stage, n*lastStage)
			all = append(all, r)
		}
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// positioned appends the records to two streams of two partitions, by subject.
func positioned(log []record) {
	next := map[event.Partition]int64{}
	for i := range log {
		h := fnv.New32a()
		h.Write([]byte(log[i].Subject))
		p := event.Partition{Stream: []string{"calls", "desk"}[h.Sum32()>>8&1], Epoch: 1, ID: int32(h.Sum32() & 1)}
		log[i].Position = event.Position{Partition: p, Offset: next[p]}
		log[i].AppendTime = time.Date(2025, 1, 1, 0, 0, 0, i*1e6, time.UTC)
		next[p]++
	}
}

// known returns what is known at a stage.
func known(log []record, stage int) []event.Event {
	var events []event.Event
	for _, r := range log {
		if r.stage <= stage {
			events = append(events, r.Event)
		}
	}
	return events
}

// positions returns how far the log has come at a stage.
func (w *world) positions(stage int) []workflow.Position {
	last := map[event.Partition]int64{}
	for _, r := range w.log {
		if r.stage <= stage {
			last[r.Position.Partition] = r.Position.Offset
		}
	}
	positions := []workflow.Position{}
	for p, offset := range last {
		positions = append(positions, workflow.Position{Stream: p.Stream, Epoch: p.Epoch, Partition: p.ID, Last: offset})
	}
	return positions
}

// everything is the world's events as if all had come in time, in any order.
func (w *world) everything() closing.Source {
	log := reordered(w.log, uint64(len(w.log)))
	positioned(log)
	return closing.Memory(known(log, lastStage))
}
