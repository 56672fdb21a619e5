package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// Measure folds the events of a company and returns what they say about the scope's month and queries, and what the fold
// left out. The scope needs no roster: it is read.
func Measure(ctx context.Context, c config.Config, company string, scope metric.Scope) (*metric.Period, turn.Counts, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, turn.Counts{}, err
	}
	defer store.Close()
	r := reading{store: store, company: company}
	people, judged, err := r.people(ctx)
	if err != nil {
		return nil, r.counts, err
	}
	scope.Roster = people
	period, err := metric.NewPeriod(scope)
	if err != nil {
		return nil, r.counts, err
	}
	if err := period.Add(judged); err != nil {
		return nil, r.counts, err
	}
	for _, p := range passes(scope) {
		if err := r.read(ctx, p, period.Add); err != nil {
			return nil, r.counts, err
		}
	}
	return period, r.counts, nil
}

// All times that ClickHouse can store. What is known about people is not bound by the month: an entry from years ago may
// hold, and an attendance may be recorded long afterwards.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)
)

// reading reads the events of one company.
type reading struct {
	store    *clickhouse.Store
	company  string
	accounts turn.Accounts // nil until the links are read, and where there are none
	counts   turn.Counts
}

// pass reads the subjects that have an event of one of the types in a time and keeps one part of their facts. The passes
// differ in how far they look back, so a subject may be in several; as each part is kept by one pass only, nothing counts
// twice.
type pass struct {
	types    []string
	from, to time.Time
	keep     func(turn.Facts) turn.Facts
	merged   bool                  // whether conversations that were merged have to be folded together
	joined   bool                  // whether the facts of agents with several accounts have to be added at once
	counted  func(turn.Facts) bool // whether another pass has counted what was left out of the subject; nil: none
}

// people reads who people are and what was granted to them or judged of them, which is all about agents. Whose an account
// is has to be known first: the time clock may know people by other ids, too.
func (r *reading) people(ctx context.Context) (*roster.Roster, turn.Facts, error) {
	people, judged := roster.New(), turn.Facts{}
	err := r.read(ctx, pass{types: []string{"agent.linked"}, from: earliest, to: latest,
		keep: func(f turn.Facts) turn.Facts { return turn.Facts{Links: f.Links} }}, people.Add)
	if err != nil {
		return nil, judged, err
	}
	r.accounts = people.Accounts()
	err = r.read(ctx, pass{
		types: []string{"agent.changed", "attendance.recorded", "leave.approved", "review.scored", "exam.scored"},
		from:  earliest, to: latest, counted: hasLinks, keep: func(f turn.Facts) turn.Facts { return f },
	}, func(f turn.Facts) error {
		judged.Leaves = append(judged.Leaves, f.Leaves...)
		judged.Reviews = append(judged.Reviews, f.Reviews...)
		judged.Exams = append(judged.Exams, f.Exams...)
		return people.Add(f)
	})
	return people, judged, err
}

// passes returns what has to be read for the scope besides people.
func passes(s metric.Scope) []pass {
	asked := metric.Types(s.Queries)
	from, to := s.Month.Cover()
	all := []pass{
		{types: []string{"incident.reported"}, from: earliest, to: latest,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Incidents: f.Incidents} }},
		{types: []string{"call.ended"}, from: from, to: to,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Calls: f.Calls} }},
	}
	if slices.Contains(asked, "conversation.measured") { // a source may report long after the date on which it counts
		all = append(all, pass{types: []string{"conversation.measured"}, from: from, to: latest, counted: hasCalls,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Measured: f.Measured} }})
	}
	if slices.Contains(asked, "agent.presence") { // what was done when the month began may have begun the day before
		all = append(all, pass{types: []string{"agent.presence"}, from: from.AddDate(0, 0, -1), to: to, counted: isPerson, joined: true,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Presence: f.Presence} }})
	}
	if types := slices.DeleteFunc(asked, func(t string) bool { return !isConversation(t) }); len(types) > 0 {
		types = append(types, "conversation.merged") // what goes on may have been silent for years, and says who held it
		all = append(all, pass{types: types, from: from.Add(-metric.Reach(s.Queries)), to: to, counted: hasResults, merged: true,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Conversations: f.Conversations} }})
	}
	return all
}

// isConversation reports whether a type of event is part of a conversation's timeline.
func isConversation(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	return name != "conversation.measured" && slices.Contains([]string{"conversation", "message", "case", "solution"}, family)
}

// What is left out of a conversation that several passes read is counted by that of the calls, else of what was measured.
func hasCalls(f turn.Facts) bool   { return len(f.Calls) > 0 }
func hasResults(f turn.Facts) bool { return len(f.Calls)+len(f.Measured) > 0 }

func hasLinks(f turn.Facts) bool { return len(f.Links) > 0 }

func isPerson(f turn.Facts) bool {
	return len(f.Links)+len(f.Changes)+len(f.Attendance)+len(f.Leaves)+len(f.Reviews)+len(f.Exams) > 0
}

// read adds the facts of each subject.
func (r *reading) read(ctx context.Context, p pass, add func(turn.Facts) error) error {
	if p.joined && r.accounts != nil {
		return r.readJoined(ctx, p, add)
	}
	var together []event.Event // of merged conversations, which are one only when all of them are folded at once
	for events, err := range r.store.Subjects(ctx, clickhouse.Query{Company: r.company, Types: p.types, From: p.from, To: p.to}) {
		if err != nil {
			return err
		}
		if p.merged && slices.ContainsFunc(events, isMerge) {
			together = append(together, events...)
			continue
		}
		if err := r.fold(p, events, add); err != nil {
			return err
		}
	}
	return r.fold(p, together, add)
}

// readJoined adds what people did, of all of them at once and without what is not of the pass's time: what somebody did
// under one account ends when they do something else under another.
func (r *reading) readJoined(ctx context.Context, p pass, add func(turn.Facts) error) error {
	p.joined = false
	var all turn.Facts
	err := r.read(ctx, p, func(f turn.Facts) error {
		all.Presence = append(all.Presence, within(f.Presence, p.from, p.to)...)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all.Presence, func(a, b turn.Presence) int { return a.Compare(b.Origin) })
	return add(all)
}

// within returns the changes between two instants and of each agent the next, which ends the last of them.
func within(changes []turn.Presence, from, to time.Time) []turn.Presence {
	var kept []turn.Presence
	ended := map[string]bool{}
	for _, c := range changes {
		after := !c.Time.Before(to)
		if c.Time.Before(from) || after && ended[c.Subject] {
			continue
		}
		ended[c.Subject] = after
		kept = append(kept, c)
	}
	return kept
}

func isMerge(e event.Event) bool {
	_, is := e.Data.(event.ConversationMerged)
	return is
}

func (r *reading) fold(p pass, events []event.Event, add func(turn.Facts) error) error {
	facts, left := turn.FoldWith(events, r.accounts)
	if p.counted == nil || !p.counted(facts) {
		r.counts.Add(left)
	}
	return add(p.keep(facts))
}

// Rejected is what `deadletter list` shows.
type Rejected struct {
	Counts  []clickhouse.RejectedCount
	Records []clickhouse.RejectedRecord // newest first
}

// ListRejected returns rejected records and how many there are by reason; "" is any reason.
func ListRejected(ctx context.Context, c config.Config, reason event.Reason, limit int) (Rejected, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return Rejected{}, err
	}
	defer store.Close()
	filter := clickhouse.RejectedFilter{Reason: reason, Limit: limit}
	var out Rejected
	if out.Counts, err = store.RejectedCounts(ctx, filter); err != nil {
		return out, err
	}
	out.Records, err = store.Rejected(ctx, filter)
	return out, err
}
