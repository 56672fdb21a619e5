package turn_test

import "testing"

// A mail of 10:00 is due at 12:00.
func TestSettled(t *testing.T) {
	h := office(t)
	for _, c := range []struct {
		name, story string
		want        bool
	}{
		{"open", "10:00 ask", false},
		{"closed", "10:00 ask\n11:00 status closed", true},
		{"as it is due", "10:00 ask\n12:00 status resolved", true},
		{"later", "10:00 ask\n12:00:01 status resolved", false},
		{"set aside", "10:00 ask\n11:00 status pending", false},
		{"answered, then closed", "10:00 ask\n11:00 reply li\n11:00 status closed", false},
		{"resolved, then closed", "10:00 ask\n11:00 status resolved\n13:00 status closed", true},
		{"opened again by ourselves", "10:00 ask\n11:00 status closed\n11:30 status open", false},
		{"and closed once more", "10:00 ask\n11:00 status closed\n11:30 status open\n12:00 status closed", true},
		{"opened again after it was due", "10:00 ask\n11:00 status closed\n12:00:01 status open", true},
		{"opened again by the customer, whose desk says so first", "10:00 ask\n11:00 status closed\n11:29 status open\n11:30 ask", true},
		{"the customer asks later", "10:00 ask\n11:00 status closed\n11:29 status open\n12:30 ask", false},
		{"closed where it was asked, then merged", "10:00 a: ask\n11:00 a: status closed\n11:10 b: open li\n11:20 b: merge a b", true},
	} {
		conv := conversation(t, c.story)
		if d := conv.Deadlines(mail, h)[0]; conv.Settled(&d) != c.want {
			t.Errorf("%s: settled %t, want %t", c.name, !c.want, c.want)
		}
	}
	still := mail
	still.Pauses = append(still.Pauses, "closed")
	conv := conversation(t, "10:00 ask\n11:00 status closed")
	if d := conv.Deadlines(still, h)[0]; conv.Settled(&d) {
		t.Error("settled while it is not due")
	}
}
