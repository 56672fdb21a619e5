package metric_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// chatTurn is a chat in which the customer asks and Li replies; no reply where it is "".
func (m *month) chatTurn(subject, asked, answered string) {
	m.open(subject, asked, "li", chat)
	m.ask(subject, asked)
	if answered != "" {
		m.reply(subject, answered, "li")
	}
}

// threeMessages is one turn of 150 seconds.
func threeMessages(m *month) {
	m.chatTurn("a", "03-04 10:00:00", "")
	m.ask("a", "03-04 10:00:20")
	m.ask("a", "03-04 10:01:00")
	m.reply("a", "03-04 10:02:30", "li")
}

func TestTurns(t *testing.T) {
	daytime := with("reply_rate_within", func(s *metric.Settings) { s.Within, s.Window = 10*time.Minute, metric.Window{From: 9, Until: 23} })
	tenMinutes := with("response_time", func(s *metric.Settings) { s.Cap, s.Unanswered = 10*time.Minute, 10*time.Minute })
	p90 := with("response_time", func(s *metric.Settings) { s.Statistic = metric.P90 })
	p50 := with("response_time", func(s *metric.Settings) { s.Statistic = metric.P50 })
	working := with("first_response_time", func(s *metric.Settings) { s.Basis = metric.WorkingTime })
	tenTurns := func(m *month) {
		for i := range 10 {
			at := clock("03-04 10:00").Add(time.Duration(i) * time.Hour)
			m.chatTurn(string(rune('a'+i)), at.In(shanghai).Format("01-02 15:04:05"), at.Add(time.Duration(i+1)*time.Second).In(shanghai).Format("01-02 15:04:05"))
		}
	}
	for _, c := range []struct {
		name   string
		query  metric.Query
		events func(m *month)
		want   string
	}{
		{"three messages are one turn", own("response_time"), threeMessages, "li 150000/1"},
		{"and one first response", own("first_response_time"), threeMessages, "li 150000/1"},
		{"before the window", daytime, func(m *month) { m.chatTurn("a", "03-04 08:56", "03-04 09:01") }, ""},
		{"as the window begins", daytime, func(m *month) { m.chatTurn("a", "03-04 09:00", "03-04 09:01") }, "li 1/1"},
		{"in the window, answered after it", daytime, func(m *month) { m.chatTurn("a", "03-04 22:59:59", "03-04 23:01") }, "li 1/1"},
		{"as the window ends", daytime, func(m *month) { m.chatTurn("a", "03-04 23:00", "03-04 23:01") }, ""},
		{"exactly 30 s is within 30 s", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:30") }, "li 1/1"},
		{"longer is not", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:30.001") }, "li 0/1"},
		{"nor is never", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "03-04 10:00:00", "") }, "li 0/1"},
		{"within 30 s, in the next month", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "03-31 23:59:50", "04-01 00:00:20") }, "li 1/1"},
		{"later, in the next month", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "03-31 23:59:50", "04-01 00:00:20.001") }, "li 0/1"},
		{"a turn is of the month in which it begins", own("reply_rate_within"), func(m *month) { m.chatTurn("a", "02-29 23:59:50", "03-01 00:00:10") }, ""},
		{"the cap", tenMinutes, func(m *month) { m.chatTurn("a", "03-04 10:00", "03-04 11:00") }, "li 600000/1"},
		{"an unanswered turn has its value", tenMinutes, func(m *month) { m.chatTurn("a", "03-04 10:00", "") }, "li 600000/1"},
		{"or is left out", own("response_time"), func(m *month) { m.chatTurn("a", "03-04 10:00", "") }, ""},
		{"open when the month ends is unanswered", tenMinutes, func(m *month) { m.chatTurn("a", "03-31 23:59:50", "04-01 00:00:10") }, "li 600000/1"},
		{"begun last month is last month's", tenMinutes, func(m *month) { m.chatTurn("a", "02-29 23:59:50", "03-01 00:00:10") }, ""},
		{"the nine of ten turns that p90 does not exceed", p90, tenTurns, "li 9000/1"},
		{"the median is one of them", p50, tenTurns, "li 5000/1"},
		{"working time", working, func(m *month) {
			m.open("a", "03-01 17:30", "li")
			m.ask("a", "03-01 17:30")
			m.reply("a", "03-04 10:20", "li")
		}, "li 6600000/1"},
		{"no second first response after reopening", own("first_response_time"), func(m *month) {
			m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:10")
			m.status("a", "03-04 10:01", event.StatusClosed)
			m.ask("a", "03-05 10:00:00")
			m.reply("a", "03-05 10:05:00", "li")
		}, "li 10000/1"},
		{"answers to questions", own("answer_ask_ratio"), func(m *month) {
			threeMessages(m)
			m.reply("a", "03-04 10:02:40", "li")
			m.reply("a", "03-04 10:02:50", "wang")
			m.ask("a", "03-04 10:03:00") // unanswered: whose it was
		}, "li 2/4, wang 1/0"},
		{"replies of the next month are its own", own("answer_ask_ratio"), func(m *month) { m.chatTurn("a", "03-31 23:59", "04-01 00:01") }, "li 0/1"},
		{"measured by the source", own("answer_ask_ratio"), measured(event.ConversationMeasured{AgentMessages: of(8), CustomerMessages: of(7)}), "li 8/7"},
		{"a mean of so many turns", own("response_time"), measured(event.ConversationMeasured{MeanResponseMS: of(27_500), Turns: of(6)}), "li 165000/6"},
		{"a mean of unknown turns", own("response_time"), measured(event.ConversationMeasured{MeanResponseMS: of(27_500)}), ""},
		{"a mean cannot be capped", tenMinutes, measured(event.ConversationMeasured{MeanResponseMS: of(27_500), Turns: of(6)}), ""},
		{"a measured first response", own("first_response_time"), measured(event.ConversationMeasured{FirstResponseMS: of(0)}), "li 0/1"},
		{"is no working time", working, measured(event.ConversationMeasured{FirstResponseMS: of(0)}), ""},
		{"calls a source counted", own("calls_answered"), measured(event.ConversationMeasured{Calls: of(3)}), "li 3/1"},
		{"on the date the source names", own("calls_answered"), measured(event.ConversationMeasured{Calls: of(3), Date: "2024-02-29"}), ""},
		{"the standing resolution", own("resolution_time"), reopened, "li 3600000/1"},
		{"closed before it was opened, which resolves nothing", own("resolution_time"), func(m *month) {
			m.status("a", "03-04 09:00", event.StatusClosed)
			m.chatTurn("a", "03-04 10:00", "03-04 10:01")
			m.status("a", "03-04 10:10", event.StatusResolved)
		}, "li 600000/1"},
		{"resolved in the next month", own("resolution_time"), func(m *month) {
			m.chatTurn("a", "03-31 10:00", "03-31 10:01")
			m.status("a", "04-01 00:00", event.StatusClosed)
		}, ""},
		{"resolutions that did not hold", own("reopen_rate"), reopened, "li 1/2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m month
			c.events(&m)
			if got := line(result(t, m.measure(t, c.query), c.query)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

var shanghai = time.FixedZone("", 8*60*60)

func of(n int64) *int64 { return &n }

func measured(d event.ConversationMeasured) func(*month) {
	d.Channel, d.Agent = event.ChannelChat, "li"
	return func(m *month) { m.add("a", "03-04 10:00", d) }
}

// reopened was resolved by Li half an hour after it was opened, opened again, and closed for good after an hour.
func reopened(m *month) {
	m.chatTurn("a", "03-04 10:00", "03-04 10:01")
	m.status("a", "03-04 10:30", event.StatusResolved)
	m.status("a", "03-04 10:40", event.StatusOpen)
	m.status("a", "03-04 11:00", event.StatusResolved)
	m.status("a", "03-04 12:00", event.StatusClosed)
}

func TestTurnSamples(t *testing.T) {
	var m month
	measured(event.ConversationMeasured{MeanResponseMS: of(27_500), Turns: of(6)})(&m)
	q := own("response_time")
	if v, _ := m.measure(t, q).Value(q, "li"); v.Sample != 6 {
		t.Errorf("a mean of six turns: got %+v", v)
	}
	var again month
	reopened(&again)
	q = own("reopen_rate")
	if diff := cmp.Diff(shown(again.measure(t, q).Evidence(q, "li").Listed), []string{"!e3 2024-03-04", "e5 2024-03-04"}); diff != "" {
		t.Errorf("closing what is resolved resolves nothing more (-got, +want):\n%s", diff)
	}
}

func TestTurnEvidence(t *testing.T) {
	var m month
	m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:10") // asked as e1
	m.chatTurn("b", "03-05 10:00:00", "03-05 10:01:10") // e4
	q := own("reply_rate_within")
	want := []string{"e1 2024-03-04", "!e4 2024-03-05 due 2024-03-05 10:00:30, met 2024-03-05 10:01:10"}
	if diff := cmp.Diff(shown(m.measure(t, q).Evidence(q, "li").Listed), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// What counts in a ratio is all there, questions and answers.
func TestAnswerAskEvidence(t *testing.T) {
	var m month
	m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:10") // asked as e1, answered as e2
	m.ask("a", "03-04 10:00:20")
	q := own("answer_ask_ratio")
	want := []string{"e1 2024-03-04", "e2 2024-03-04", "!e3 2024-03-04 unanswered"}
	if diff := cmp.Diff(shown(m.measure(t, q).Evidence(q, "li").Listed), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// While the month runs a turn that has no answer yet says nothing until it is late.
func TestTurnsAsOf(t *testing.T) {
	var m month
	m.chatTurn("a", "03-04 10:00:00", "")
	q := own("reply_rate_within")
	for asOf, want := range map[string]string{"03-04 10:00:30": "", "03-04 10:00:31": "li 0/1"} {
		p := measureFacts(t, m.facts(), metric.Scope{Month: march, Queries: []metric.Query{q}, AsOf: clock(asOf)})
		if got := line(result(t, p, q)); got != want {
			t.Errorf("as of %s: got %q, want %q", asOf, got, want)
		}
	}
}

func TestSatisfaction(t *testing.T) {
	rated := func(scores ...event.ConversationRated) func(*month) {
		return func(m *month) {
			m.chatTurn("a", "03-04 10:00:00", "03-04 10:00:10")
			for _, s := range scores {
				m.add("a", "03-04 11:00", s)
			}
		}
	}
	q := own("satisfaction")
	for _, c := range []struct {
		name    string
		events  func(*month)
		decimal string
		sample  int64
	}{
		{"a 0 is a 0", rated(event.ConversationRated{Score: 0, OutOf: 5}), "0.0000", 1},
		{"scales mix", rated(event.ConversationRated{Score: 4, OutOf: 5}, event.ConversationRated{Score: 3, OutOf: 10}), "55.0000", 2},
		{"thirds and sevenths are exact", rated(event.ConversationRated{Score: 1, OutOf: 3}, event.ConversationRated{Score: 1, OutOf: 7}), "23.8095", 2},
		{"an odd scale is rounded last", rated(event.ConversationRated{Score: 1, OutOf: 11}), "9.0909", 1},
		{"half of the finest part rounds up", rated(event.ConversationRated{Score: 1, OutOf: 128}), "0.7813", 1},
		{"the largest scale there is", rated(event.ConversationRated{Score: 1 << 52, OutOf: 1<<53 - 1}), "50.0000", 1},
		{"above the scale is no score", rated(event.ConversationRated{Score: 6, OutOf: 5}, event.ConversationRated{Score: 5, OutOf: 5}), "100.0000", 1},
	} {
		var m month
		c.events(&m)
		v, _ := m.measure(t, q).Value(q, "li")
		if r, ok := v.Ratio(); !ok || r.Decimal(4) != c.decimal || v.Sample != c.sample {
			t.Errorf("%s: got %+v, want %s of %d", c.name, v, c.decimal, c.sample)
		}
	}
	var none month
	if v, ok := none.measure(t, q).Value(q, "li"); !ok || v.Den != 0 {
		t.Errorf("without a rating: got %+v, %t, want no value", v, ok)
	}
}
