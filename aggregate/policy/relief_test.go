package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An upheld appeal may say of a rule that takes from an item with points of its own as many as these, of others those of the
// section, and of a tier what the best one gives. What a person gives anyway is no relief.
func TestReliefs(t *testing.T) {
	type most struct {
		points  string
		relieve bool
	}
	want := map[string]most{
		"contempt": {"20.00", true}, "attitude-complaint": {"20.00", true}, "sampling": {"20.00", false}, "tier": {"20.00", true}, "mail-rate": {"40.00", true},
		"inquiry-complaints": {"40.00", true}, "teamwork": {"20.00", false}, "execution": {"8.00", false}, "poor-execution": {"20.00", true},
		"repeated-mistake": {"20.00", true}, "late-early": {"8.00", true}, "personal-leave": {"8.00", true},
	}
	got := map[string]most{}
	p := shipped(t)
	for placed := range p.Rules() {
		if _, ok := want[placed.Rule.ID]; !ok {
			continue
		}
		got[placed.Rule.ID] = most{placed.Bound().String(), placed.Relieves(placed.Bound())}
		if placed.Relieves(-1) || placed.Relieves(placed.Bound()+1) {
			t.Errorf("rule %q: more than %s, or less than 0, is allowed", placed.Rule.ID, placed.Bound())
		}
	}
	if diff := cmp.Diff(got, want, cmp.AllowUnexported(most{})); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	for placed := range decide(t, p, "item-cap", "reaches-section").Rules() {
		if placed.Rule.ID == "personal-leave" && placed.Bound() != 20_00 {
			t.Errorf("item-cap=reaches-section: got %s, want the section's", placed.Bound())
		}
	}
}
