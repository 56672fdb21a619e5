package simulate

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// links makes up the accounts of the people on the roster. The promoted one got another account for e-mails then.
func (m *maker) links() {
	for i, a := range m.agents {
		if !a.Rostered {
			continue
		}
		m.report(event.Event{Subject: a.ID, ID: "link-pbx-" + m.run, Time: a.from, Data: event.AgentLinked{System: "pbx", Account: fmt.Sprint(200 + i)}})
		mail := event.AgentLinked{System: "mail", Account: fmt.Sprintf("u-%05d", i)}
		if i == promoted {
			moved := m.first.AddDate(0, 0, 10)
			mail.Until = dateOf(moved.AddDate(0, 0, -1))
			m.report(event.Event{Subject: a.ID, ID: "link-mail-2-" + m.run, Time: moved, Data: event.AgentLinked{System: "mail", Account: fmt.Sprintf("s-%05d", i)}})
		}
		m.report(event.Event{Subject: a.ID, ID: "link-mail-" + m.run, Time: a.from, Data: mail})
	}
}
