package roster

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// account is an id in a system that is not the agents' own.
type account struct{ system, id string }

// link says whose an account is from a local date on.
type link struct {
	turn.Link
	zone        *time.Location
	from, until calendar.Date // until is zero for good
}

func (r *Roster) addLink(l turn.Link) error {
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		return err
	}
	added := link{Link: l, zone: zone, from: calendar.DateOf(l.Time, zone)}
	if l.Until != "" {
		if added.until, err = calendar.ParseDate(string(l.Until)); err != nil {
			return err
		}
	}
	a := account{l.System, l.Account}
	r.links[a] = putLink(r.links[a], added)
	return nil
}

// putLink adds a link in order of what replaces what. Of two that begin on one date only the later word stands, so that a
// link can be ended, or given to somebody else, as if the first had never been.
func putLink(all []link, l link) []link {
	if i := slices.IndexFunc(all, func(o link) bool { return o.from == l.from }); i >= 0 {
		if l.Supersedes(all[i].Origin) {
			all[i] = l
		}
		return all
	}
	i, _ := slices.BinarySearchFunc(all, l, func(o, l link) int { return o.from.Compare(l.from) })
	return slices.Insert(all, i, l)
}

// Agent returns the agent who had an account in a system at an instant, and the account itself where no link says so. A
// link holds from the date on which it began, in its own zone, until its last date. Where two overlap, the one that began
// later holds; when that one has ended, one of another agent that has not holds again, but none of the same agent, who
// has been heard of since.
func (r *Roster) Agent(system, id string, at time.Time) string {
	var ended []string
	for _, l := range slices.Backward(r.links[account{system, id}]) {
		date := calendar.DateOf(at, l.zone)
		switch {
		case date.Compare(l.from) < 0 || slices.Contains(ended, l.Subject):
		case l.until == calendar.Date{} || date.Compare(l.until) <= 0:
			return l.Subject
		default:
			ended = append(ended, l.Subject)
		}
	}
	return id
}

// Accounts returns [Roster.Agent] for those who fold, nil when there are no links and so nothing to ask.
func (r *Roster) Accounts() turn.Accounts {
	if len(r.links) == 0 {
		return nil
	}
	return r.Agent
}

// AccountIDs returns the ids under which agents were ever known elsewhere, ordered, by agent; those who have none are not
// in it.
func (r *Roster) AccountIDs() map[string][]string {
	ids := map[string][]string{}
	for a, links := range r.links {
		for _, l := range links {
			if !slices.Contains(ids[l.Subject], a.id) {
				ids[l.Subject] = append(ids[l.Subject], a.id)
			}
		}
	}
	for _, of := range ids {
		slices.Sort(of)
	}
	return ids
}
