package closing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// situations counts in how many runs late facts did what is hard to get right. Without them a property proves little.
type situations struct {
	runs  int
	times map[string]int
}

var wanted = []string{
	"a grade changed", "a streak made", "a streak broken two months later", "a mover", "a voided incident that had claimed others",
}

// note notes what happened in a run: what was published, and what it became.
func (s *situations) note(w *world, all []published, once []closed) {
	if s.times == nil {
		s.times = map[string]int{}
	}
	s.runs++
	for i, happened := range []bool{
		someMonth(func(k int) bool { return graded(all[k].summary, once[k].summary) }),
		someMonth(func(k int) bool { return len(streaks(once[k].summary, all[k].summary)) > 0 }),
		someMonth(func(k int) bool { return k >= 2 && brokenFrom(all, once, k) }),
		w.mover != "",
		someMonth(func(k int) bool { return w.released(all[k], once[k]) }),
	} {
		if happened {
			s.times[wanted[i]]++
		}
	}
}

func (s *situations) report(t *testing.T, percent int) {
	t.Helper()
	for _, what := range wanted {
		t.Logf("%s: %d of %d runs", what, s.times[what], s.runs)
		if 100*s.times[what] < percent*s.runs {
			t.Errorf("%s: %d of %d runs, want %d %%", what, s.times[what], s.runs, percent)
		}
	}
}

func someMonth(is func(k int) bool) bool {
	for k := range months {
		if is(k) {
			return true
		}
	}
	return false
}

// graded reports whether somebody got another grade.
func graded(before, after closing.Summary) bool {
	return slices.ContainsFunc(closing.Compare(before.Results, after.Results), func(c closing.Change) bool {
		return c.Before != nil && c.After != nil && c.Before.Total != nil && c.After.Total != nil && c.Before.Grade != c.After.Grade
	})
}

// streaks returns whose streak one summary proposes something for and the other does not.
func streaks(has, lacks closing.Summary) []string {
	var agents []string
	for _, p := range has.Proposals {
		other := func(o closing.Proposal) bool { return o.Agent == p.Agent && o.Rule == p.Rule }
		if strings.Contains(p.Rule, "-months-e") && !slices.ContainsFunc(lacks.Proposals, other) {
			agents = append(agents, p.Agent)
		}
	}
	return agents
}

// brokenFrom reports whether a streak that was published for month k is none because of the month two months before, and of
// no other.
func brokenFrom(all []published, once []closed, k int) bool {
	same := func(agent string, k int) bool {
		return gradeOf(all[k].summary, agent) == gradeOf(once[k].summary, agent)
	}
	return slices.ContainsFunc(streaks(all[k].summary, once[k].summary), func(agent string) bool {
		return same(agent, k) && same(agent, k-1) && !same(agent, k-2)
	})
}

func gradeOf(s closing.Summary, agent string) string {
	for _, r := range s.Results {
		if r.Agent == agent {
			return r.Grade
		}
	}
	return ""
}

// released reports whether the voided one of three incidents was among those for which a rule took something, which
// therefore took another incident from other rules, and now takes it no more.
func (w *world) released(before published, after closed) bool {
	if w.trio == nil {
		return false
	}
	voided, others := w.trio[0], w.trio[1:]
	adjusted := cards(w.t, after.month)
	for _, b := range cards(w.t, before.month) {
		for _, l := range b.Lines {
			if l.Status != score.StatusTakes || !names(l, voided) {
				continue
			}
			for _, other := range others {
				if claimed(b, l.Rule, other) && !slices.ContainsFunc(adjusted, func(a score.Card) bool { return claimed(a, l.Rule, other) }) {
					return true
				}
			}
		}
	}
	return false
}

// claimed reports whether a card says that a rule took an incident which another one wanted.
func claimed(c score.Card, by, incident string) bool {
	return slices.ContainsFunc(c.Lines, func(l score.Line) bool {
		return l.Status == score.StatusCounted && slices.Contains(l.ClaimedBy, by) && names(l, incident)
	})
}

func names(l score.Line, subject string) bool {
	for _, e := range l.Evidence {
		if e.Subject == subject {
			return true
		}
	}
	return false
}
