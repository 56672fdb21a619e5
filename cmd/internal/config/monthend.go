package config

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// MonthEnd says when a month may be closed, and who decides about it.
type MonthEnd struct {
	// Grace is how long after its end a month may be closed: what is late has to have arrived.
	Grace time.Duration `yaml:"grace"`
	// Actors are the people who may decide, and their roles. Without any, everybody who can run deskpulse is believed who
	// they say they are; their names and roles stand in the log of decisions either way.
	Actors []Actor `yaml:"actors,omitempty"`
}

// Actor is somebody who may decide.
type Actor struct {
	// Name is the person's, and where they are an agent too, their agent id.
	Name string `yaml:"name"`
	// Roles are those in which they may act, such as supervisor or leader.
	Roles []policy.Role `yaml:"roles"`
}

// DefaultMonthEnd returns the defaults.
func DefaultMonthEnd() MonthEnd { return MonthEnd{Grace: time.Hour} }

// Validate returns all that is wrong with the configuration, with paths.
func (m MonthEnd) Validate() error {
	var errs []error
	if m.Grace < 0 {
		errs = append(errs, fmt.Errorf("grace: %v is negative", m.Grace))
	}
	seen := map[string]bool{}
	for i, a := range m.Actors {
		path := fmt.Sprintf("actors[%d]", i)
		if a.Name == "" {
			errs = append(errs, fmt.Errorf("%s.name: it is missing", path))
		}
		if seen[a.Name] {
			errs = append(errs, fmt.Errorf("%s.name: %q is there twice", path, a.Name))
		}
		seen[a.Name] = true
		if len(a.Roles) == 0 {
			errs = append(errs, fmt.Errorf("%s.roles: want at least one", path))
		}
		for _, r := range a.Roles {
			if !slices.Contains(policy.Roles, r) {
				errs = append(errs, fmt.Errorf("%s.roles: %w", path, &document.Unknown{What: "role", Name: string(r), Known: document.Texts(policy.Roles)}))
			}
		}
	}
	return errors.Join(errs...)
}

// May reports whether somebody may act in a role.
func (m MonthEnd) May(name string, role policy.Role) bool {
	return len(m.Actors) == 0 || slices.ContainsFunc(m.Actors, func(a Actor) bool { return a.Name == name && slices.Contains(a.Roles, role) })
}
