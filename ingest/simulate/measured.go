package simulate

import "github.com/deskpulse/deskpulse/schemas/event"

// measured makes up the chats of a shop whose system reports results only: one or two a week for each agent.
func (m *maker) measured() {
	for _, a := range m.agents {
		for _, s := range a.shifts {
			if !s.usual || !m.perMille(300) {
				continue
			}
			turns := int64(m.between(1, 9))
			mean := m.milliseconds(8, 60)
			m.thread("shop").say(m.at(s.date, closingHour, 0, 60), event.ConversationMeasured{Channel: event.ChannelChat, Agent: a.ID, Date: dateOf(s.date),
				FirstResponseMS: m.milliseconds(3, 60), MeanResponseMS: mean, Turns: &turns, AgentMessages: new(turns + 2),
				CustomerMessages: new(turns + 1), Converted: m.perMille(shareConverted)})
			a.Measured++
		}
	}
}
