package metric_test

import (
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// read reads a query and everything that is wrong with it.
func read(t testing.TB, src string) (metric.Query, error) {
	t.Helper()
	root, err := document.Parse("q.yaml", []byte(src))
	if err != nil {
		return metric.Query{}, err
	}
	r := &document.Reader{}
	o := r.Object(root)
	q := metric.ReadQuery(o)
	o.Done()
	if len(r.Problems) > 0 {
		return q, &document.Invalid{File: "q.yaml", Problems: r.Problems}
	}
	return q, nil
}

func TestReadQuery(t *testing.T) {
	for _, c := range []struct {
		name, src, key string
		change         func(*metric.Settings)
	}{
		{"the metric's own", "metric: followup_on_time", `followup_on_time target=wall:48h by_kind="shopper":working_days:5 promise=replaces restart=true finding=required closed=owed intents="query" population=all credit=assignee-at-due`, func(*metric.Settings) {}},
		{"all of a clock's", "metric: followup_on_time\ntarget: {working: 2h}\npromise: earlier\npauses: [pending, on_hold]\nrestart: false\nfinding: optional\nclosed: settled\ncredit: first-owner\npopulation: sampled\nchannels: [email]\nintents: []",
			`followup_on_time target=working:2h promise=earlier restart=false finding=optional closed=settled pauses=on_hold,pending channels=email population=sampled credit=first-owner`,
			func(s *metric.Settings) {
				*s = metric.Settings{Target: turn.Target{Working: 2 * time.Hour}, Promise: turn.PromiseEarlier, Pauses: []event.Status{event.StatusPending, event.StatusOnHold},
					Closed: metric.Settled, Credit: metric.FirstOwner, Population: metric.Sampled, Channels: []event.Channel{event.ChannelEmail}}
			}},
		{"by kind of customer", "metric: inquiry_on_time\nby_kind: {shopper: {working_days: 5, promise: earlier}, direct: {wall: 1h}, vip: {wall: 1m, promise: replaces}}",
			`inquiry_on_time target=wall:12h by_kind="direct":wall:1h,"shopper":working_days:5+promise:earlier,"vip":wall:1m promise=replaces restart=false closed=owed intents="inquiry" population=all credit=assignee-at-due`,
			func(s *metric.Settings) {
				s.ByKind = map[string]turn.KindTarget{
					"shopper": {Target: turn.Target{WorkingDays: 5}, Promise: new(turn.PromiseEarlier)}, "direct": {Target: turn.Target{Wall: time.Hour}},
					"vip": {Target: turn.Target{Wall: time.Minute}, Promise: new(turn.PromiseReplaces)},
				}
			}},
		{"a window", "metric: reply_rate_within\nwithin: 40s\nwindow: {from: 8, until: 23}\nchannels: [phone, chat]", "reply_rate_within channels=chat,phone population=all credit=assignee-at-due within=40s window=8-23",
			func(s *metric.Settings) {
				s.Within, s.Window, s.Channels = 40*time.Second, metric.Window{From: 8, Until: 23}, []event.Channel{event.ChannelPhone, event.ChannelChat}
			}},
		{"cap and statistic", "metric: response_time\ncap: 10m\nunanswered: 10m\nstatistic: p90\nbasis: working", "response_time population=all credit=assignee-at-due basis=working statistic=p90 cap=10m unanswered=10m",
			func(s *metric.Settings) {
				s.Cap, s.Unanswered, s.Statistic, s.Basis = 10*time.Minute, 10*time.Minute, metric.P90, metric.WorkingTime
			}},
		{"the time clock", "metric: late_count\ngrace: 0s\nprecision: second\nbound: inclusive", "late_count grace=0s precision=second bound=inclusive",
			func(s *metric.Settings) { s.Grace, s.Precision, s.Inclusive = 0, metric.BySecond, true }},
		{"days", "metric: days_worked\ndays: [calls]", "days_worked days=calls", func(s *metric.Settings) { s.Days = []metric.DaySource{metric.FromCalls} }},
		{"kinds of leave", "metric: leave_count\nkinds: [sick, personal]", `leave_count kinds="personal","sick"`, func(s *metric.Settings) { s.Kinds = []string{"sick", "personal"} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := read(t, c.src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(q, with(q.Metric, c.change)); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
			if q.Key() != c.key {
				t.Errorf("key: got\n%s, want\n%s", q.Key(), c.key)
			}
		})
	}
}

func TestReadQueryRefuses(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"no metric":             {"within: 30s", `q.yaml:1:1: key "metric" is missing`},
		"unknown metric":        {"metric: email_ontime\nwithin: 30s", `q.yaml:1:9: metric: "email_ontime" (did you mean "email_on_time"?)`},
		"not its setting":       {"metric: late_count\ntarget: {wall: 1h}", `q.yaml:2:1: metric late_count does not read "target"; it reads grace, precision, bound`},
		"no settings":           {"metric: abandon_rate\nwithin: 20s", `q.yaml:2:1: metric abandon_rate reads no settings, so "within" would change nothing`},
		"no setting at all":     {"metric: late_count\ngrase: 5m", `q.yaml:2:1: unknown key "grase" (did you mean "grace"?)`},
		"two targets":           {"metric: email_on_time\ntarget: {wall: 1h, working: 1h}", `q.yaml:2:10: target: want one of wall, working and working_days, found 2 of them`},
		"no target":             {"metric: email_on_time\ntarget: {}", `want one of wall, working and working_days, found 0 of them`},
		"no time":               {"metric: email_on_time\ntarget: {wall: 0s}", `wall: 0s: want 1ms to 8784h0m0s in whole milliseconds`},
		"too fine":              {"metric: reply_rate_within\nwithin: 1us", `within: 1us: want 1ms to 8784h0m0s in whole milliseconds`},
		"a number for duration": {"metric: reply_rate_within\nwithin: 30", `within: want a text, found a number`},
		"no duration":           {"metric: reply_rate_within\nwithin: soon", `within: "soon": want a duration such as 30s, 10m or 12h`},
		"no working days":       {"metric: inquiry_on_time\nby_kind: {shopper: {working_days: 0}}", `working_days: 0: want a whole number from 1 to 366`},
		"no target of a kind":   {"metric: inquiry_on_time\nby_kind: {shopper: {promise: earlier}}", `target: want one of wall, working and working_days, found 0 of them`},
		"promise of a kind":     {"metric: inquiry_on_time\nby_kind: {shopper: {wall: 1h, promise: sooner}}", `promise: "sooner"`},
		"kind of no object":     {"metric: inquiry_on_time\nby_kind: {shopper: 5}", `shopper: want an object, found a number`},
		"unknown promise":       {"metric: inquiry_on_time\npromise: replace", `promise: "replace" (did you mean "replaces"?)`},
		"unknown status":        {"metric: email_on_time\npauses: [asleep]", `pauses: "asleep"; want one of open, pending, on_hold, resolved, closed`},
		"status twice":          {"metric: email_on_time\npauses: [pending, pending]", `q.yaml:2:19: pauses: "pending" stands here twice`},
		"intent without a name": {"metric: inquiry_on_time\nintents: [5]", `intents: want a name`},
		"window backwards":      {"metric: reply_rate_within\nwindow: {from: 22, until: 8}", `window: it ends at 8, before it begins at 22`},
		"window beyond the day": {"metric: reply_rate_within\nwindow: {from: 8, until: 25}", `until: 25: want a whole number from 1 to 24`},
		"no days":               {"metric: days_worked\ndays: []", `days: want at least one of attendance, presence, calls`},
		"unknown bound":         {"metric: late_count\nbound: inside", `bound: "inside"`},
	} {
		if _, err := read(t, c.src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// Equal questions have one key, however they are put.
func TestKey(t *testing.T) {
	tidy := metric.Query{Metric: "days_worked", Settings: metric.Settings{Days: []metric.DaySource{metric.FromCalls}}}
	loaded := metric.Query{Metric: "days_worked", Settings: metric.Settings{Days: []metric.DaySource{metric.FromCalls}, Grace: time.Hour}}
	if tidy.Key() != loaded.Key() {
		t.Errorf("%q and %q differ by what the metric does not read", tidy.Key(), loaded.Key())
	}
	partly := metric.Query{Metric: "email_on_time", Settings: metric.Settings{Credit: metric.FirstOwner}}
	if want := "email_on_time target=working:2h promise=replaces closed=owed population=all credit=first-owner"; partly.Key() != want {
		t.Errorf("got %q, want %q", partly.Key(), want)
	}
	if own("no_such").Key() != "no_such" {
		t.Errorf("got %q", own("no_such").Key())
	}
}

// What has to be read for a query, and from when on.
func TestTypesAndReach(t *testing.T) {
	days := func(sources ...metric.DaySource) metric.Query {
		return metric.Query{Metric: "calls_per_workday", Settings: metric.Settings{Days: sources}}
	}
	for _, c := range []struct {
		name    string
		queries []metric.Query
		types   []string
		reach   time.Duration
	}{
		{"nothing", nil, nil, 0},
		{"days by attendance", []metric.Query{days(metric.FromAttendance)}, []string{"call.ended", "conversation.measured"}, 0},
		{"days by calls and replies", []metric.Query{days(metric.FromAttendance, metric.FromCalls)}, []string{"call.ended", "conversation.measured", "message.sent"}, 0},
		{"a short clock", []metric.Query{own("reply_rate_within"), own("email_on_time")}, []string{"case.followed_up", "case.promised", "conversation.opened",
			"conversation.status_changed", "message.received", "message.sent"}, 92 * 24 * time.Hour},
		{"a long clock", []metric.Query{with("inquiry_on_time", func(s *metric.Settings) {
			s.ByKind = map[string]turn.KindTarget{"slow": {Target: turn.Target{Wall: 2400 * time.Hour}}}
		})},
			[]string{"case.followed_up", "case.promised", "conversation.opened", "conversation.status_changed", "message.received", "message.sent"}, 131 * 24 * time.Hour},
	} {
		if diff := cmp.Diff(metric.Types(c.queries), c.types); diff != "" {
			t.Errorf("%s: types (-got, +want):\n%s", c.name, diff)
		}
		if got := metric.Reach(c.queries); got != c.reach {
			t.Errorf("%s: reach %v, want %v", c.name, got, c.reach)
		}
	}
}

func TestNewPeriodRefuses(t *testing.T) {
	for want, q := range map[string]metric.Query{
		`unknown metric "late"`:                     own("late"),
		`query "email_on_time target=working:2h`:    own("email_on_time"),
		`"late_count grace=5m`:                      own("late_count"),
		`basis=working statistic=mean": it needs a`: with("response_time", func(s *metric.Settings) { s.Basis = metric.WorkingTime }),
	} {
		_, err := metric.NewPeriod(metric.Scope{Month: march, Roster: roster.New(), Queries: []metric.Query{q}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	p := period(t, metric.Scope{Month: calendar.Month{Year: 2100, Month: 1}, Roster: roster.New(), Queries: []metric.Query{own("calls_answered"), own("calls_answered")}})
	if _, ok := p.Result(own("handle_time")); ok {
		t.Error("a metric that was not asked for has a result")
	}
	if v, ok := p.Value(own("calls_answered"), "li"); !ok || v != (metric.Value{Agent: "li", Den: 1}) {
		t.Errorf("nobody's calls are %+v, %t; want a count of 0", v, ok)
	}
}

func FuzzReadQuery(f *testing.F) {
	f.Add("metric: followup_on_time\ntarget: {working: 2h}\nby_kind: {shopper: {working_days: 5}}\npauses: [pending]")
	f.Add("metric: reply_rate_within\nwithin: 40s\nwindow: {from: 8, until: 23}")
	f.Add("metric: late_count\ngrace: [5]\nbound:")
	f.Fuzz(func(t *testing.T, src string) {
		q, err := read(t, src)
		if err != nil {
			return
		}
		// Whatever is accepted can be measured.
		p := period(t, metric.Scope{Month: march, Roster: roster.New(), Calendar: office(t), Queries: []metric.Query{q}})
		if _, ok := p.Result(q); !ok {
			t.Errorf("%q has no result", q.Key())
		}
	})
}
