package simulate

// desk makes up the conversations of the weekdays. Those of an agent take place on usual days only, so that nobody answers
// while they are away and every clock stands within the opening hours.
func (m *maker) desk() {
	mails, chats := m.concern("mails"), m.concern("chats")
	inquiries, queries := m.concern("inquiries"), m.concern("queries")
	for date := m.first; date.Before(m.next); date = date.AddDate(0, 0, 1) {
		present := m.present(date)
		for _, a := range present {
			for range mails.about(m.cfg.MailsPerDay) {
				mails.mail(date, a, present)
			}
			for range chats.about(m.cfg.ChatsPerDay) {
				chats.chat(date, a, present)
			}
			for range inquiries.about(m.cfg.InquiriesPerDay) {
				inquiries.inquiry(date, a)
			}
			for range queries.about(m.cfg.QueriesPerDay) {
				queries.query(date, a)
			}
		}
	}
	m.concern("measured").measured()
}

// judgements makes up what is known about people: their accounts, presence, leave and training, and how they were judged.
func (m *maker) judgements() {
	m.concern("links").links()
	m.concern("presence").presence()
	m.concern("leave").leave()
	m.concern("training").training()
	m.concern("incidents").incidents()
	m.concern("reviews").reviews()
	m.concern("exams").exams()
}
