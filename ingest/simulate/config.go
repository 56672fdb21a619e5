package simulate

import (
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// monthLayout is how a month is written.
const monthLayout = "2006-01"

// Config describes a month to make up.
type Config struct {
	Seed        uint64 // another seed is another month
	Month       string // for example "2024-03"; it should be over, because the pipeline rejects events of the future
	Zone        string // IANA zone of the desk
	Team        string // team of everybody
	Agents      int    // how many people, 8 at least
	CallsPerDay int    // calls that an average agent answers on a working day

	MailsPerDay     int // e-mails that an agent has to answer on a usual day
	ChatsPerDay     int // chats of an agent on a usual day
	InquiriesPerDay int // inquiries of an agent on a usual day
	QueriesPerDay   int // query reports of an agent on a usual day
	LateReplies     int // e-mails, inquiries and query reports that are answered too late or never, per thousand
	Incidents       int // complaints and mistakes reported in the month, about all agents together
	ReviewsPerAgent int // reviews of each agent

	Duplicates  int // records produced twice, per thousand
	Late        int // calls and conversations' events produced up to a day late, per thousand
	Conflicting int // calls of which a contradictory copy follows, per thousand
	Retracted   int // calls, e-mails and ratings taken back, per thousand; of every eighth the retraction is taken back again
	Unnamed     int // answered calls that name no agent, per thousand
	Invalid     int // invalid records of each reason, but those that are too large
	Oversized   int // records of more than a mebibyte, which the topic must be able to take
}

// Default returns the configuration of a desk of 40 people for a month: about 37,000 calls, 2,000 e-mails, 1,500 chats, and
// 700 inquiries and query reports each.
func Default(month string) Config {
	return Config{
		Seed: 1, Month: month, Zone: "Asia/Shanghai", Team: "express", Agents: 40, CallsPerDay: 42,
		MailsPerDay: 3, ChatsPerDay: 2, InquiriesPerDay: 1, QueriesPerDay: 1, LateReplies: 12, Incidents: 48, ReviewsPerAgent: 2,
		Duplicates: 20, Late: 30, Conflicting: 3, Retracted: 5, Unnamed: 15, Invalid: 5, Oversized: 1,
	}
}

// Validate returns every fault of the configuration at once.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("simulate: "+format, args...))
		}
	}
	_, err := time.Parse(monthLayout, c.Month)
	check(err == nil, "month %q: want one such as 2024-03", c.Month)
	stream := event.Stream{Name: source, Topic: source, Company: source, Zone: c.Zone, MaxBytes: 1}
	check(stream.Validate() == nil, "zone %q: want an IANA zone such as Asia/Shanghai", c.Zone)
	check(c.Team != "", "team: missing")
	check(c.Agents >= 8 && c.Agents <= 100_000, "agents %d: want 8 to 100000", c.Agents)
	check(c.CallsPerDay >= 1 && c.CallsPerDay <= 10_000, "calls per day %d: want 1 to 10000", c.CallsPerDay)
	for _, n := range []struct {
		name  string
		count int
	}{
		{"mails per day", c.MailsPerDay}, {"chats per day", c.ChatsPerDay}, {"inquiries per day", c.InquiriesPerDay},
		{"queries per day", c.QueriesPerDay}, {"reviews per agent", c.ReviewsPerAgent},
	} {
		check(n.count >= 0 && n.count <= 100, "%s %d: want 0 to 100", n.name, n.count)
	}
	check(c.Incidents >= 0 && c.Incidents <= 100_000, "incidents %d: want 0 to 100000", c.Incidents)
	for _, n := range []struct {
		name     string
		perMille int
	}{
		{"duplicates", c.Duplicates}, {"late", c.Late}, {"conflicting", c.Conflicting}, {"retracted", c.Retracted}, {"unnamed", c.Unnamed}, {"late replies", c.LateReplies},
	} {
		check(n.perMille >= 0 && n.perMille <= 500, "%s %d: want 0 to 500 per thousand", n.name, n.perMille)
	}
	check(c.Duplicates+c.Conflicting+c.Retracted <= 1000, "duplicates, conflicting and retracted: more than a thousand per thousand together")
	check(c.Invalid >= 0, "invalid %d: negative", c.Invalid)
	check(c.Oversized >= 0, "oversized %d: negative", c.Oversized)
	return errors.Join(errs...)
}
