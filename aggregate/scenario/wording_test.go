package scenario_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

// What people write without having read the page means what the page would have them write: the same events, the same cards.
func TestNaturalWording(t *testing.T) {
	const complaint = "complaint X li about call-attitude,work-error from customer reported 2024-03-05 upheld 2024-03-06"
	for _, c := range []struct{ name, natural, plain string }{
		{"thousands", "calls li 1,260", "calls li 1260"},
		{"a comma between clauses", "mails li 50, late 1", "mails li 50 late 1"},
		{"money with thousands", "incident X li about work-error loss 1,200.50 reported 2024-03-05", "incident X li about work-error loss 1200.50 reported 2024-03-05"},
		{"yuan", "incident X li about work-error loss 1,200元 reported 2024-03-05", "incident X li about work-error loss 1200 reported 2024-03-05"},
		{"a sign of money", "incident X li about work-error loss ¥1200 reported 2024-03-05", "incident X li about work-error loss 1200 reported 2024-03-05"},
		{"a currency", "incident X li about work-error loss 100.00 CNY reported 2024-03-05", "incident X li about work-error loss 100.00 reported 2024-03-05"},
		{"pay with its currency", "expect li\n  pay: 500.00 CNY", "expect li\n  pay 500.00"},
		{"an hour of one digit", "clock li 2024-03-05 in 9:06 out 17:54 shift 8:00-17:30", "clock li 2024-03-05 in 09:06 out 17:54 shift 08:00-17:30"},
		{"a date and time in one word", "mail 2024-03-05T10:00 to li answered li 2024-03-06T9:30:05", "mail 2024-03-05 10:00 to li answered li 2024-03-06 09:30:05"},
		{"minutes", "call li 2024-03-05 10:00 talk 3min", "call li 2024-03-05 10:00 talk 3m"},
		{"a name at once", `agent zhao "赵"`, `agent zhao name "赵"`},
		{"dates with commas", "absent li 2024-03-05, 2024-03-06、2024-03-07", "absent li 2024-03-05 2024-03-06 2024-03-07"},
		{"a comma and a blank", strings.Replace(complaint, ",", ", ", 1), complaint},
		{"blanks around a comma", strings.Replace(complaint, ",", " , ", 1), complaint},
		{"a Chinese comma", strings.Replace(complaint, ",", "，", 1), complaint},
		{"an enumeration comma", strings.Replace(complaint, ",", "、", 1), complaint},
		{"and", strings.Replace(complaint, ",", " and ", 1), complaint},
		{"a clause after a list", strings.Replace(complaint, " from", ", from", 1), complaint},
		{"more than one customer", strings.Replace(complaint, "customer", "customers", 1), complaint},
		{"subjects by title", strings.Replace(complaint, "call-attitude,work-error", `"Attitude in a call", 工作失误`, 1), complaint},
		{"a ruling's subjects by title", complaint + ` about "e-mail" and 查询、咨询 serious`, ""},
		{"findings", "review li finding mood,contempt", "review li finding mood finding contempt"},
		{"findings with a blank", "review li finding mood x2, contempt, confirmed", "review li finding mood x2 finding contempt confirmed"},
		{"a finding by title", `review li finding "Unstable, suddenly raised or stiff tone"`, "review li finding mood"},
		{"a finding by its Chinese title", "review li finding “受客户情绪影响、突然提高声调、语气生硬” x2", "review li finding mood x2"},
		{"a leave by title", "leave li 事假 2024-03-12 half day", "leave li personal 2024-03-12 half"},
		{"a kind of customer by title", "followups li 5 kind 加盟商", "followups li 5 kind franchise"},
		{"a duty by title", `agent zhao duties 接听电话、email`, "agent zhao duties calls,email"},
		{"unanswered", "mail 2024-03-05 10:00 to li unanswered", "mail 2024-03-05 10:00 to li"},
		{"asked again and unanswered", "mail 2024-03-05 10:00 to li answered li 11:00 asked 12:00 unanswered", "mail 2024-03-05 10:00 to li answered li 11:00 asked 12:00"},
		{"answered by whose it is", "mail 2024-03-05 10:00 to li answered 12:00", "mail 2024-03-05 10:00 to li answered li 12:00"},
		{"answered after a hand-over", "mail 2024-03-05 10:00 to li handed wang 11:00 answered 2024-03-06 12:00", "mail 2024-03-05 10:00 to li handed wang 11:00 answered wang 2024-03-06 12:00"},
		{"followed by whose it is", "query 2024-03-05 10:00 to li followed 12:00 empty", "query 2024-03-05 10:00 to li followed li 12:00 empty"},
		{"a comment as in code", "calls li 5 // many\n// nothing more", "calls li 5"},
		{"out of how many", "score li execution 7 of 8", "score li execution 7"},
		{"out of how many, shorter", "score li execution 7/8", "score li execution 7"},
		{"a total with a colon", "expect li\n  total: none", "expect li\n  total none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.plain == "" {
				c.plain = complaint + " about email,inquiry serious"
				c.natural = strings.Replace(c.natural, "查询、咨询", `"查询、咨询"`, 1)
			}
			if diff := cmp.Diff(outcome(t, c.natural), outcome(t, c.plain)); diff != "" {
				t.Errorf("not the same (-natural, +plain):\n%s", diff)
			}
		})
	}
}

// outcome is everything that comes of a statement.
func outcome(t *testing.T, src string) (all struct {
	Events []string
	Cards  []string
	Wrong  []scenario.Mismatch
}) {
	t.Helper()
	s := parse(t, head+src+"\n")
	p, err := express()
	if err != nil {
		t.Fatal(err)
	}
	c, err := load(p.Calendar)
	if err != nil {
		t.Fatal(err)
	}
	events, err := s.Events(p, c)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		all.Events = append(all.Events, asJSON(t, events[i].ID, events[i].Subject, events[i].Time, events[i].Data))
	}
	r, err := s.Run(p, load)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Cards {
		all.Cards = append(all.Cards, asJSON(t, &r.Cards[i]))
	}
	all.Wrong = r.Mismatches
	return all
}

func asJSON(t *testing.T, values ...any) string {
	t.Helper()
	out, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// What would be without effect, or could mean two things, is said with its place.
func TestRefused(t *testing.T) {
	const incident = "incident X li about email reported 2024-03-05 upheld 2024-03-06 "
	for _, c := range []struct{ name, src, want string }{
		{"kind of customer", "query 2024-03-05 10:00 to li kind shoper", `9:35: unknown kind of customer "shoper" (did you mean "shopper"?); there are: direct, franchise, shopper`},
		{"kind of customer of a month", "followups li 10 kind online", `9:22: unknown kind of customer "online" (did you mean "shopper", online shopper, 网购客户?); there are: direct, franchise, shopper`},
		{"duty", "agent zhao duties calls,mail", `9:25: unknown duty "mail" (did you mean "email", handling e-mail, 处理邮件?); there are: calls, email, lead`},
		{"part of a title", `review li finding "stiff tone"`, `9:19: unknown finding "stiff tone" (did you mean "mood", unstable, suddenly raised or stiff tone, 受客户情绪影响、突然提高声调、语气生硬?)`},
		{"subject", "incident X li about mail reported 2024-03-05", `9:21: unknown subject "mail" (did you mean "email", e-mail, 邮件处理?)`},
		{"subject of a ruling", incident + "about mial", `9:71: unknown subject "mial" (did you mean "email"?)`},
		{"check", "review li check greting met", `9:17: unknown check of template call-wording "greting" (did you mean "greeting"?)`},
		{"conversation of an incident", "mail m8 2024-03-05 10:00 to li\nincident X li about email conversation m9 reported 2024-03-05",
			"10:40: no conversation is called \"m9\" (did you mean \"m8\"?): want a statement such as `mail m9 DATE TIME …`"},
		{"conversation of a review", "review wang conversation li", `9:26: no conversation is called "li"`},
		{"score where none is given", "score wang mood 3", `9:12: rule "mood" takes no score; those that do: execution, enthusiasm`},
		{"score where words are", "score wang teamwork 3", `9:12: rule "teamwork" takes no score; those that do: execution, enthusiasm`},
		{"score of a rate", "score wang mail-rate 0", `9:12: rule "mail-rate" takes no score; those that do: execution, enthusiasm`},
		{"score of one incident", "score wang execution/X 3", `9:12: rule "execution" takes no score for each incident or finding; those that do: none`},
		{"comment where points are", `comment wang execution "slow"`, ``}, // under another reading it is judged in words
		{"comment on a deduction", `comment wang mood "so"`, `9:14: rule "mood" takes no comment; those that do: teamwork`},
		{"waiver of a deduction", `waive li mood "x"`, `9:10: rule "mood" waits for nothing that somebody could waive; those that do: sampling, tier`},
		{"waiver of a rate", `waive li mail-rate "x"`, `9:10: rule "mail-rate" waits for nothing`},
		{"relief of a score", `relief wang execution 8 "x"`, `9:13: rule "execution" neither takes nor gives points by itself`},
		{"relief of a comment", `relief li teamwork 2 "x"`, `9:11: rule "teamwork" neither takes nor gives points by itself; those that do: contempt, mood`},
		{"relief of nothing", `relief li modo 2 "x"`, `9:11: unknown rule "modo" (did you mean "mood"?)`},
		{"more than the item has", `relief li personal-leave 8.01 "x"`, `9:11: rule "personal-leave": by appeal it may come to 0 to 8 points, not to 8.01`},
		{"less than nothing", `relief li personal-leave -1 "x"`, `9:11: rule "personal-leave": by appeal it may come to 0 to 8 points, not to -1`},
		{"a tier waived by appeal", `relief li tier waived "x"`, `9:11: rule "tier" takes nothing that an appeal could waive; those that do: contempt, mood`},
		{"reliefs", `relief li mood 1 "x"` + "\n" + `relief li mood waived "x"`, `10:11: relief of li under rule "mood" stands here twice, first in line 9`},
		{"points of a finding", "review li finding mood points 1.50", `9:19: finding "mood": no rule lets the reviewer choose its points`},
		{"a bare number after a finding", "review li finding mood 2", "9:24: \"2\": want x2 for so many times, or `points 2` for what the reviewer takes"},
		{"of which finding", "review li finding mood,contempt x2", "9:33: \"x2\": of which finding? want `finding` before each"},
		{"out of something else", "score wang execution 7 of 10", `9:12: rule "execution" is scored out of 8 points, not of 10`},
		{"followed up and not", incident + "followed-up not-followed-up", `9:77: "not-followed-up": the ruling says twice what it says of this (followed-up)`},
		{"serious and not", incident + "serious not-serious", `9:73: "not-serious": the ruling says twice`},
		{"reasons", incident + `"so" "and so"`, `9:70: "and so": the ruling says twice what it says of this (reason)`},
		{"scores", "score li execution 7", `9:10: score of li under rule "execution" stands here twice, first in line 7`},
		{"waivers", "waive li sampling \"a\"\nwaive li sampling \"b\"", `10:10: waiver for li of rule "sampling" stands here twice, first in line 9`},
		{"a month of a history", "history li 2024-01 E\nhistory li 2024-01 D", `10:12: history of li in "2024-01" stands here twice, first in line 9`},
		{"history of the month", "history li 2024-03 E", `9:12: 2024-03: a history is of months before that of the scenario, 2024-03`},
		{"points carried twice", "carried li 2024-01 1\ncarried li 2024-01 2", `10:12: points carried for li from "2024-01" stands here twice, first in line 9`},
		{"points carried from the month", "carried li 2024-03 1", `9:12: 2024-03: points are carried from months before that of the scenario, 2024-03`},
		{"points that are none", "carried li 2024-02 three", `9:20: "three": want points such as 6 or 1.50`},
		{"an average twice", "published tier 10 2\npublished tier 10 3", `10:11: average under rule "tier" stands here twice, first in line 9`},
		{"an average of no days", "published tier 10 0", `9:19: "0": want a whole number from 1 to 100000`},
		{"history of a later month", "history li 2025-01 E", `9:12: 2025-01: a history is of months before`},
		{"complaint without a name", "complaint li about email from customer reported 2024-03-05", "9:11: a name or the agent is missing: want `complaint NAME AGENT about …`"},
		{"answered by nobody", "mail 2024-03-05 10:00 answered 12:00", `9:32: "12:00": want an agent, as the conversation is nobody's,`},
		{"answered and unanswered", "mail 2024-03-05 10:00 to li answered 12:00 unanswered", `9:44: unanswered: nothing was asked since the latest answer`},
		{"unanswered and answered", "mail 2024-03-05 10:00 to li unanswered answered 12:00", `9:40: "answered": the statement "mail" ends before this`},
		{"another currency", "incident X li about email loss 100.00 EUR reported 2024-03-05", `9:39: EUR: the policy's amounts are in CNY`},
		{"commas that are no thousands", "calls li 12,60", `9:10: "12,60": want a whole number`},
		{"a number with a blank", "calls li 1, 260", `9:13: unknown word "260"`},
		{"a time without a unit", "call li 2024-03-05 10:00 talk 180", `9:31: "180": want a duration such as 180s or 3m`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := express()
			if err != nil {
				t.Fatal(err)
			}
			s, err := scenario.Parse("s.txt", []byte(team+c.src+"\n"))
			if err == nil {
				_, err = s.Run(p, load)
			}
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v", err)
			case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "s.txt:"+c.want)):
				t.Errorf("got %v, want %s…", err, c.want)
			}
		})
	}
}

// A comment does not become a score of 0 where points are given.
func TestCommentIsNoScore(t *testing.T) {
	r, err := run(t, head+"worked li 21\nworked wang 21\ncomment li execution \"slow\"\nexpect li\n  missing execution\n"+
		"expect li under execution=full-unless-deducted\n  item execution 8.00\n  line execution shown : slow\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Mismatches {
		t.Error(m)
	}
}
