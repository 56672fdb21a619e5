package turn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// never is later than every story.
var never = monday.AddDate(1, 0, 0)

// deadlines writes each run as "start due when, met when who", with what else is to be said of it.
func deadlines(all []turn.Deadline) []string {
	var lines []string
	for i := range all {
		d := &all[i]
		s := at(d.Start.Time) + " due never"
		if !d.Due.IsZero() {
			s = at(d.Start.Time) + " due " + at(d.Due)
		}
		if d.Promise != nil {
			s += " promised by " + d.Promise.By
		}
		if d.Met != nil {
			s += fmt.Sprintf(", met %s %s after %s", at(d.Met.Time), d.MetBy, d.Elapsed)
		}
		if d.Closed != nil {
			s += ", closed " + at(*d.Closed)
		}
		if d.For != "" {
			s += ", for " + d.For
		}
		if d.Late(never) {
			s += fmt.Sprintf(", late: at due %q, first %q", d.AtDue, d.FirstOwner)
		}
		lines = append(lines, s)
	}
	return lines
}

func hours(n time.Duration) turn.Target   { return turn.Target{Wall: n * time.Hour} }
func working(n time.Duration) turn.Target { return turn.Target{Working: n * time.Hour} }

var mail = turn.Clock{Kind: turn.NextResponse, Target: working(2)}

type clockCase struct {
	name, story string
	clock       turn.Clock
	want        []string
}

func checkClocks(t *testing.T, cases []clockCase) {
	h := office(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(deadlines(conversation(t, c.story).Deadlines(c.clock, h)), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestResponseClocks(t *testing.T) {
	first := turn.Clock{Kind: turn.FirstResponse, Target: hours(1)}
	checkClocks(t, []clockCase{
		{"over the weekend", "+4 17:30 ask\n+7 10:20 reply li", mail,
			[]string{"+4 17:30 due +7 10:30, met +7 10:20 li after 1h50m0s"}},
		{"handed over and late", "10:00 open li\n10:00 ask\n11:30 assign wang\n12:20 reply wang", mail,
			[]string{`10:00 due 12:00, met 12:20 wang after 2h20m0s, late: at due "wang", first "li"`}},
		{"exactly when due", "10:00 ask\n12:00 reply li", mail, []string{"10:00 due 12:00, met 12:00 li after 2h0m0s"}},
		{"a second later", "10:00 ask\n12:00:01 reply li", mail,
			[]string{`10:00 due 12:00, met 12:00:01 li after 2h0m1s, late: at due "", first ""`}},
		{"never answered", "10:00 open li\n10:00 ask", mail, []string{`10:00 due 12:00, late: at due "li", first "li"`}},
		{"closed unanswered", "10:00 ask\n11:00 status closed", mail,
			[]string{`10:00 due 12:00, closed 11:00, late: at due "", first ""`}},
		{"assigned just when it was due", "10:00 open li\n10:00 ask\n12:00 assign wang", mail,
			[]string{`10:00 due 12:00, late: at due "wang", first "li"`}},
		{"every turn", "10:00 ask\n10:30 reply li\n11:00 ask\n15:00 reply li", mail,
			[]string{"10:00 due 12:00, met 10:30 li after 30m0s", `11:00 due 13:00, met 15:00 li after 4h0m0s, late: at due "", first ""`}},
		{"the first only", "10:00 ask\n10:30 reply li\n11:00 ask", first, []string{"10:00 due 11:00, met 10:30 li after 30m0s"}},
		{"nothing asked", "10:00 open", first, nil},
		{"the member that was due", `
			10:00 b: open wang
			10:00 b: ask
			10:05 open li
			12:30 b: merge b a`, mail, []string{`10:00 due 12:00, late: at due "wang", first "wang"`}},
		{"merged before it was due", `
			10:00 b: open wang
			10:00 b: ask
			10:05 open li
			11:30 b: merge b a`, mail, []string{`10:00 due 12:00, late: at due "li", first "wang"`}},
		{"merged into what nothing is known of", "10:00 b: open wang\n10:00 b: ask\n11:00 b: merge b a", mail,
			[]string{`10:00 due 12:00, late: at due "wang", first "wang"`}},
		{"merged into the queue", "10:00 b: open wang\n10:00 b: ask\n10:01 open\n11:00 b: merge b a", mail,
			[]string{`10:00 due 12:00, late: at due "", first "wang"`}},
		{"a kind of customer with its own target", "10:00 open li vip\n10:00 ask\n10:30 reply li",
			turn.Clock{Kind: turn.FirstResponse, Target: hours(1), ByKind: map[string]turn.KindTarget{"vip": {Target: turn.Target{Wall: 10 * time.Minute}}}},
			[]string{`10:00 due 10:10, met 10:30 li after 30m0s, late: at due "li", first "li"`}},
		{"beyond the calendar", "10:00 ask", turn.Clock{Kind: turn.FirstResponse, Target: working(24 * 365 * 50)}, []string{"10:00 due never"}},
	})
}

func TestPauses(t *testing.T) {
	paused := func(target turn.Target) turn.Clock {
		return turn.Clock{Kind: turn.Resolution, Target: target, Pauses: []event.Status{event.StatusPending, event.StatusOnHold}}
	}
	waiting := turn.Clock{Kind: turn.NextResponse, Target: hours(2), Pauses: []event.Status{event.StatusPending}}
	checkClocks(t, []clockCase{
		{"working time", "10:00 open\n11:00 status pending\n+1 10:00 status open\n+1 10:30 status resolved li", paused(working(2)),
			[]string{"10:00 due +1 11:00, met +1 10:30 li after 1h30m0s"}},
		{"wall time", "10:00 open\n11:00 status pending\n+1 10:00 status open\n+1 11:00:01 status resolved li", paused(hours(2)),
			[]string{`10:00 due +1 11:00, met +1 11:00:01 li after 2h0m1s, late: at due "", first ""`}},
		{"from one pause into another", "10:00 open\n11:00 status pending\n11:20 status on_hold\n11:30 status open", paused(hours(2)),
			[]string{`10:00 due 12:30, late: at due "", first ""`}},
		{"twice, the second reached by the first alone", "10:00 open\n11:00 status pending\n12:00 status open\n12:30 status pending\n13:00 status open",
			paused(hours(2)), []string{`10:00 due 13:30, late: at due "", first ""`}},
		{"what begins when it is due comes too late", "10:00 open\n12:00 status pending\n13:00 status open", paused(hours(2)),
			[]string{`10:00 due 12:00, late: at due "", first ""`}},
		{"standing still", "10:00 open\n11:00 status pending", paused(hours(2)), []string{"10:00 due never"}},
		{"met while standing still", "10:00 open\n11:00 status pending\n15:00 status resolved li", paused(hours(2)),
			[]string{"10:00 due 16:00, met 15:00 li after 1h0m0s"}},
		{"set aside after it was met", "10:00 open\n11:00 status resolved li\n11:01 status pending", paused(hours(2)),
			[]string{"10:00 due 12:00, met 11:00 li after 1h0m0s", `11:01 due never`}},
		{"a pause from before", "09:00 status pending\n10:00 open\n11:00 status open", paused(hours(2)), []string{`10:00 due 13:00, late: at due "", first ""`}},
		{"and one that ran on", "09:00 status pending\n10:00 open\n11:00 status open\n11:30 status resolved li", paused(hours(2)),
			[]string{"10:00 due 13:00, met 11:30 li after 30m0s"}},
		{"working days move by working time", "10:00 open\n11:00 status pending\n15:00 status open", paused(turn.Target{WorkingDays: 1}),
			[]string{`10:00 due +2 13:00, late: at due "", first ""`}},
		{"not named, not paused", "10:00 open\n11:00 status pending", turn.Clock{Kind: turn.Resolution, Target: hours(2)},
			[]string{`10:00 due 12:00, late: at due "", first ""`}},
		{"answered, then set aside", "10:00 ask\n10:20 reply li\n10:21 status pending", waiting,
			[]string{"10:00 due 12:00, met 10:20 li after 20m0s"}},
		{"answered, then set aside for long", "10:00 ask\n10:20 reply li\n10:20 status pending\n+7 10:00 status open", waiting,
			[]string{"10:00 due 12:00, met 10:20 li after 20m0s"}},
		{"set aside and answered all the same", "10:00 ask\n10:30 status pending\n11:00 reply li", waiting,
			[]string{"10:00 due 12:30, met 11:00 li after 30m0s"}},
		{"the next turn while it is still set aside", "10:00 ask\n10:20 reply li\n10:30 status pending\n11:00 ask\n11:30 status open", waiting,
			[]string{"10:00 due 12:00, met 10:20 li after 20m0s", `11:00 due 13:30, late: at due "", first ""`}},
		{"beyond the calendar", "10:00 open\n11:00 status pending\n12:00 status open", paused(working(24 * 365 * 50)), []string{"10:00 due never"}},
	})
}

func TestResolutionClock(t *testing.T) {
	day := turn.Clock{Kind: turn.Resolution, Target: hours(24)}
	checkClocks(t, []clockCase{
		{"resolved, then closed", "10:00 open\n11:00 status resolved li\n12:00 status closed", day,
			[]string{"10:00 due +1 10:00, met 11:00 li after 1h0m0s"}},
		{"reopened", "10:00 open li\n11:00 status closed li\n+2 10:00 status open\n+3 11:00 status resolved li", day,
			[]string{"10:00 due +1 10:00, met 11:00 li after 1h0m0s", `+2 10:00 due +3 10:00, met +3 11:00 li after 25h0m0s, late: at due "li", first "li"`}},
		{"closed before it was opened", "09:00 status closed li\n10:00 open\n11:00 status resolved wang", day,
			[]string{"10:00 due +1 10:00, met 11:00 wang after 1h0m0s"}},
		{"without an opening from the first event", "10:00 ask\n11:00 status resolved", day, []string{"10:00 due +1 10:00, met 11:00  after 1h0m0s"}},
	})
}

func TestFollowUpClock(t *testing.T) {
	two := turn.Clock{Kind: turn.FollowUp, Target: hours(48)}
	restart, finding := two, two
	restart.Restart, finding.NeedFinding = true, true
	shopper := turn.Clock{Kind: turn.FollowUp, Target: hours(48), Promise: turn.PromiseIgnored,
		ByKind: map[string]turn.KindTarget{"shopper": {Target: turn.Target{WorkingDays: 5}, Promise: new(turn.PromiseEarlier)}, "slow": {Target: hours(72)}}}
	checkClocks(t, []clockCase{
		{"once", "10:00 open\n+1 10:00 follow li\n+1 11:00 ask", two, []string{"10:00 due +2 10:00, met +1 10:00 li after 24h0m0s"}},
		{"not from before", "09:00 follow li\n10:00 open", two, []string{`10:00 due +2 10:00, late: at due "", first ""`}},
		{"with a finding", "10:00 open\n+1 10:00 follow li\n+1 12:00 follow wang problem", finding,
			[]string{"10:00 due +2 10:00, met +1 12:00 wang after 26h0m0s"}},
		{"again from each question", "10:00 open\n10:00 ask\n11:00 ask\n+1 10:00 follow li\n+1 11:00 ask\n+1 12:00 ask\n+1 13:00 follow wang", restart,
			[]string{"10:00 due +2 10:00, met +1 10:00 li after 24h0m0s", "+1 11:00 due +3 11:00, met +1 13:00 wang after 2h0m0s"}},
		{"a question while one is owed", "10:00 open\n+1 10:00 ask\n+2 11:00 follow li", restart,
			[]string{`10:00 due +2 10:00, met +2 11:00 li after 49h0m0s, late: at due "", first ""`}},
		{"closed in between", "10:00 open\n11:00 status closed\n+5 10:00 ask\n+5 11:00 follow li", restart,
			[]string{`10:00 due +2 10:00, met +5 11:00 li after 121h0m0s, closed 11:00, late: at due "", first ""`, "+5 10:00 due +7 10:00, met +5 11:00 li after 1h0m0s"}},
		{"closed after it was met", "10:00 open\n11:00 follow li\n12:00 status closed", two, []string{"10:00 due +2 10:00, met 11:00 li after 1h0m0s"}},
		{"a shopper's five working days", "10:00 open li shopper", shopper, []string{`10:00 due +7 18:00, late: at due "li", first "li"`}},
		{"or as the shopper requires", "10:00 open li shopper\n10:05 promise li +2 12:00", shopper,
			[]string{`10:00 due +2 12:00 promised by li, late: at due "li", first "li"`}},
		{"others keep their 48 hours", "10:00 open li direct\n10:05 promise li +1 10:00", shopper, []string{`10:00 due +2 10:00, late: at due "li", first "li"`}},
		{"a kind without a promise of its own has the clock's", "10:00 open li slow\n10:05 promise li +1 10:00", shopper, []string{`10:00 due +3 10:00, late: at due "li", first "li"`}},
		{"but no later", "10:00 open li shopper\n10:05 promise li +9 12:00", shopper, []string{`10:00 due +7 18:00, late: at due "li", first "li"`}},
	})

	// Five working days from Wednesday 2024-02-07 over the Chinese New Year.
	l := story(t, "10:00 open li shopper")
	l[0].Time = time.Date(2024, 2, 7, 15, 0, 0, 0, time.UTC)
	f, _ := turn.Fold(l)
	if got, want := f.Conversations[0].Deadlines(shopper, office(t))[0].Due, time.Date(2024, 2, 20, 18, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("due %s, want %s", got, want)
	}
}

func TestPromises(t *testing.T) {
	twelve := turn.Clock{Kind: turn.FirstResponse, Target: hours(12)}
	earlier, ignored := twelve, twelve
	earlier.Promise, ignored.Promise = turn.PromiseEarlier, turn.PromiseIgnored
	every := turn.Clock{Kind: turn.NextResponse, Target: hours(12)}
	wait := turn.Clock{Kind: turn.FirstResponse, Target: hours(12), Pauses: []event.Status{event.StatusPending}}
	checkClocks(t, []clockCase{
		{"replaces the target", "10:00 ask\n11:00 promise li +2 10:00\n+2 10:00 reply li", twelve,
			[]string{"10:00 due +2 10:00 promised by li, met +2 10:00 li after 48h0m0s"}},
		{"also by an earlier time", "10:00 ask\n11:00 promise li 12:00\n13:00 reply li", twelve,
			[]string{`10:00 due 12:00 promised by li, met 13:00 li after 3h0m0s, late: at due "", first ""`}},
		{"made just when the target passes", "10:00 ask\n22:00 promise li +1 10:00\n+1 10:00 reply li", twelve,
			[]string{"10:00 due +1 10:00 promised by li, met +1 10:00 li after 24h0m0s"}},
		{"made too late", "10:00 ask\n22:00:01 promise li +1 10:00\n+1 10:00 reply li", twelve,
			[]string{`10:00 due 22:00, met +1 10:00 li after 24h0m0s, late: at due "", first ""`}},
		{"a later one in time", "10:00 ask\n11:00 promise li +1 10:00\n+1 10:00 promise wang +2 10:00\n+2 10:00 reply li", twelve,
			[]string{"10:00 due +2 10:00 promised by wang, met +2 10:00 li after 48h0m0s"}},
		{"a later one too late", "10:00 ask\n11:00 promise li 12:00\n13:00 promise wang 20:00\n15:00 reply li", twelve,
			[]string{`10:00 due 12:00 promised by li, met 15:00 li after 5h0m0s, late: at due "", first ""`}},
		{"a time that has passed is none", "10:00 ask\n12:00 promise li 11:00\n13:00 reply li", twelve,
			[]string{"10:00 due 22:00, met 13:00 li after 3h0m0s"}},
		{"from before the question it only gives time", "09:00 ask\n09:05 promise li 11:00\n09:10 reply li\n10:00 ask\n12:00 reply li", every,
			[]string{"09:00 due 11:00 promised by li, met 09:10 li after 10m0s", "10:00 due 22:00, met 12:00 li after 2h0m0s"}},
		{"and that it does", "09:00 ask\n09:05 promise li +2 11:00\n09:10 reply li\n10:00 ask", every,
			[]string{"09:00 due +2 11:00 promised by li, met 09:10 li after 10m0s", `10:00 due +2 11:00 promised by li, late: at due "", first ""`}},
		{"made after the answer it is about something else", "10:00 ask\n10:30 reply li\n10:31 promise li +9 10:00\n12:00 ask", every,
			[]string{"10:00 due 22:00, met 10:30 li after 30m0s", `12:00 due +9 10:00 promised by li, late: at due "", first ""`}},
		{"so for both", "10:00 ask\n10:30 reply li\n10:31 promise li 12:00", earlier, []string{"10:00 due 22:00, met 10:30 li after 30m0s"}},
		{"while the clock stands still", "10:00 ask\n11:00 status pending\n+3 10:00 promise li +4 10:00", wait,
			[]string{`10:00 due +4 10:00 promised by li, late: at due "", first ""`}},
		{"both hold", "10:00 ask\n11:00 promise li +2 10:00\n23:00 reply li", earlier,
			[]string{`10:00 due 22:00, met 23:00 li after 13h0m0s, late: at due "", first ""`}},
		{"the earlier counts", "10:00 ask\n11:00 promise li 12:00\n13:00 reply li", earlier,
			[]string{`10:00 due 12:00 promised by li, met 13:00 li after 3h0m0s, late: at due "", first ""`}},
		{"the one that stands", "10:00 ask\n11:00 promise li 12:00\n11:30 promise wang 14:00\n15:00 promise li 15:30\n16:00 reply li", earlier,
			[]string{`10:00 due 14:00 promised by wang, met 16:00 li after 6h0m0s, late: at due "", first ""`}},
		{"not one from before the question", "09:00 promise li 11:00\n10:00 ask", earlier, []string{`10:00 due 22:00, late: at due "", first ""`}},
		{"ignored", "10:00 ask\n11:00 promise li +2 10:00\n23:00 reply li", ignored,
			[]string{`10:00 due 22:00, met 23:00 li after 13h0m0s, late: at due "", first ""`}},
	})
}

func TestAgreedPromiseClock(t *testing.T) {
	clock := turn.Clock{Kind: turn.AgreedPromise}
	checkClocks(t, []clockCase{
		{"kept by a reply", "10:00 promise li 12:00\n11:00 bot\n12:00 reply wang", clock, []string{"10:00 due 12:00 promised by li, met 12:00 wang after 2h0m0s"}},
		{"kept by a call", "10:00 promise li 12:00\n11:00 missed li\n11:30 call li\n11:40 reply li", clock,
			[]string{"10:00 due 12:00 promised by li, met 11:30 li after 1h30m0s"}},
		{"kept by a resolution", "10:00 promise li 12:00\n11:00 status resolved wang\n11:40 reply li", clock,
			[]string{"10:00 due 12:00 promised by li, met 11:00 wang after 1h0m0s"}},
		{"by what came first", "10:00 promise li 12:00\n11:00 reply li\n11:40 status resolved wang", clock,
			[]string{"10:00 due 12:00 promised by li, met 11:00 li after 1h0m0s"}},
		{"broken", "09:00 open li\n10:00 promise li 12:00\n12:00:01 reply li", clock,
			[]string{`10:00 due 12:00 promised by li, met 12:00:01 li after 2h0m1s, late: at due "li", first "li"`}},
		{"replaced in time", "10:00 promise li 12:00\n12:00 promise wang 15:00\n14:00 reply li", clock,
			[]string{"10:00 due 15:00 promised by wang, met 14:00 li after 4h0m0s"}},
		{"replaced too late", "10:00 promise li 12:00\n12:01 promise wang 15:00\n14:00 reply li", clock,
			[]string{`10:00 due 12:00 promised by li, met 14:00 li after 4h0m0s, late: at due "", first ""`, "12:01 due 15:00 promised by wang, met 14:00 li after 1h59m0s"}},
		{"kept, and promised anew", "10:00 promise li 12:00\n11:00 reply li\n11:30 promise li 15:00", clock,
			[]string{"10:00 due 12:00 promised by li, met 11:00 li after 1h0m0s", `11:30 due 15:00 promised by li, late: at due "", first ""`}},
		{"of a time that has passed", "10:00 promise li 09:00", clock, nil},
	})
}

func TestSolutionNoticeClock(t *testing.T) {
	clock := turn.Clock{Kind: turn.SolutionNotice, Target: turn.Target{WorkingDays: 1}}
	checkClocks(t, []clockCase{
		{"told", "10:00 open li\n11:00 reply li\n12:00 approve boss wang\n+1 17:00 note wang\n+1 18:00 reply wang", clock,
			[]string{"12:00 due +1 18:00, met +1 18:00 wang after 15h0m0s, for wang"}},
		{"by telephone", "12:00 approve boss\n13:00 call li", clock, []string{"12:00 due +1 18:00, met 13:00 li after 1h0m0s"}},
		{"one contact tells both", "12:00 approve boss\n13:00 approve boss\n14:00 assisted li", clock,
			[]string{"12:00 due +1 18:00, met 14:00 li after 2h0m0s", "13:00 due +1 18:00, met 14:00 li after 1h0m0s"}},
		{"not told", "10:00 open li\n12:00 approve boss\n+1 12:00 status closed", clock,
			[]string{`12:00 due +1 18:00, closed +1 12:00, late: at due "li", first "li"`}},
	})
}

// A deadline is late from the instant after it on, and what happened later is not known before.
func TestLate(t *testing.T) {
	d := conversation(t, "10:00 ask\n12:30 reply li").Deadlines(mail, office(t))[0]
	for _, c := range []struct {
		at   string
		want bool
	}{{"11:00", false}, {"12:00", false}, {"12:00:01", true}, {"12:30", true}, {"13:00", true}} {
		asOf, _ := clockTime(t, []string{c.at})
		if got := d.Late(asOf); got != c.want {
			t.Errorf("late at %s: %t, want %t", c.at, got, c.want)
		}
	}
}

func TestClockKindNames(t *testing.T) {
	for k := turn.FirstResponse; k <= turn.SolutionNotice; k++ {
		if got, ok := turn.ParseClockKind(k.String()); got != k || !ok {
			t.Errorf("%s reads as %s, %t", k, got, ok)
		}
	}
	if _, ok := turn.ParseClockKind("unknown"); ok || turn.ClockKind(99).String() != "unknown" {
		t.Error("an unknown kind has a name")
	}
}
