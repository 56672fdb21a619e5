package closing

import (
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Accounts returns a roster that knows nothing but whose accounts are whose.
func Accounts(source Source) (*roster.Roster, error) {
	people := roster.New()
	for events, err := range source(Selection{Types: []string{"agent.linked"}, From: earliest, To: latest}) {
		if err != nil {
			return nil, err
		}
		facts, _ := turn.Fold(events)
		if err := people.Add(turn.Facts{Links: facts.Links}); err != nil {
			return nil, err
		}
	}
	return people, nil
}
