package score

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// relief is what a person said, after an upheld appeal, that a rule takes or gives in all on a card.
type relief struct {
	points     amount.Points
	waived     bool
	by, reason string
}

// reliefOf returns the relief of a rule, false where nobody said one. A score goes before a waiver.
func reliefOf(r rule.Rule, id string, p *rule.Person) (relief, bool) {
	if said, ok := p.Scores[id]; ok && rule.TakesRelief(r) {
		return relief{points: said.Points, by: said.By, reason: said.Reason}, true
	}
	said, ok := p.Waivers[id]
	return relief{waived: true, by: said.By, reason: said.Reason}, ok && rule.TakesReliefByWaiver(r)
}

// relieve puts what people said after upheld appeals in the place of what the rules say. It comes when the bids are settled,
// so that an incident stays with the rule that took it: no lighter rule gets it because of an appeal, and no other rule
// takes or gives anything else than before, apart from what is left for it to take.
func (s *scorer) relieve(p *rule.Person, bids []*bid) []*bid {
	var all []*bid
	next := 0
	for i := range s.places {
		at, from := &s.places[i], next
		for next < len(bids) && bids[next].place == at {
			next++
		}
		own := bids[from:next:next]
		if r, ok := reliefOf(at.rule.Rule, at.rule.ID, p); ok {
			own = r.relieve(p.Agent, at, own)
		}
		all = append(all, own...)
	}
	for i, b := range all {
		b.order = i
	}
	return all
}

// relieve returns what comes in the place of a rule's bids. Where the rule itself is as kind or kinder, as it may have become
// since by a ruling or a late event, its own bids stay: an appeal makes nothing worse.
func (r relief) relieve(agent string, at *place, own []*bid) []*bid {
	if why, ok := r.counts(agent, at); !ok {
		return append(own, r.note(at, titled("申诉后的改判无效："+why.ZH, "the relief by appeal does not count: "+why.EN)))
	}
	m := mergeBids(own, at.rule.Gives() > 0)
	if m.kinder(r.points, at) {
		return append(own, r.note(at, r.words(at, &m, titled("；按规则即为 "+rule.Short(m.points)+" 分，不变", "; the rule itself says "+rule.Short(m.points)+", which stays"))))
	}
	before := document.Title{}
	if !m.missing {
		before = titled("，原为 "+rule.Short(m.points)+" 分", " instead of "+rule.Short(m.points))
	}
	m.said.Points, m.said.Text = r.points, r.words(at, &m, before)
	switch {
	case r.waived:
		m.said.Effect = rule.Waived
	case at.rule.Gives() > 0:
		m.said.Effect = rule.Gives
	}
	return m.bids
}

// merged is a rule's bids of which those that move points are one.
type merged struct {
	bids    []*bid
	said    *bid          // nil where none moves any
	points  amount.Points // that they move together, before what is left bounds them
	missing bool          // nobody knows how many a rule gives
}

func mergeBids(own []*bid, gives bool) merged {
	var m merged
	for _, b := range own {
		if !b.stands || b.Effect != rule.Gives && b.Effect != rule.Takes && (b.Effect != rule.Blocks || !gives) {
			m.bids = append(m.bids, b)
			continue
		}
		if m.said == nil {
			m.said = &bid{Claim: rule.Claim{Effect: b.Effect, Scope: b.Scope, First: b.First, At: b.At, Value: b.Value, Small: b.Small}, place: b.place, stands: true}
			m.bids = append(m.bids, m.said)
		}
		m.points += b.Points
		m.missing = m.missing || b.Effect == rule.Blocks
		m.said.Evidence.Add(b.Evidence)
	}
	return m
}

// kinder reports whether the rule itself is as kind as the points, or kinder.
func (m *merged) kinder(points amount.Points, at *place) bool {
	switch {
	case m.said == nil:
		return true // nothing moves that could be moved less, or more
	case m.missing:
		return false
	case at.rule.Gives() > 0:
		return m.points >= points
	}
	return m.points <= points
}

// counts reports whether the relief counts, or why it does not.
func (r relief) counts(agent string, at *place) (document.Title, bool) {
	switch {
	case r.by == agent:
		return titled("不得为自己改判", "nobody judges themselves"), false
	case r.reason == "":
		return titled("没有理由", "it has no reason"), false
	case r.points < 0 || r.points > at.most:
		return titled(r.points.String()+" 分超出范围（0–"+rule.Short(at.most)+" 分）", r.points.String()+" points are outside the range, 0 to "+rule.Short(at.most)), false
	}
	return document.Title{}, true
}

// words say what the relief is, who said it and why.
func (r relief) words(at *place, m *merged, more document.Title) document.Title {
	n := rule.Short(r.points)
	text := titled("申诉后共扣 "+n+" 分", "by appeal it takes "+n+" points in all")
	switch {
	case at.rule.Gives() > 0:
		text = titled("申诉后得 "+n+" 分", "by appeal it gives "+n+" points")
	case r.waived:
		text = titled("申诉后免扣", "waived by appeal, it takes nothing")
	}
	return titled(text.ZH+more.ZH+"；"+r.by+"："+r.reason, text.EN+more.EN+"; by "+r.by+": "+r.reason)
}

// note is a line without points.
func (relief) note(at *place, text document.Title) *bid {
	return &bid{Claim: rule.Claim{Effect: rule.Shows, Text: text}, place: at, stands: true}
}
