package simulate

import "github.com/deskpulse/deskpulse/schemas/event"

// exams makes up the exam of the month, which everybody takes who is there at the end of it.
func (m *maker) exams() {
	date := m.next.AddDate(0, 0, -3)
	for _, a := range m.agents {
		if !date.Before(a.until) {
			continue
		}
		score := int64(m.between(55, 100) * 100)
		a.Exams++
		a.ExamHundredths += score
		m.report(event.Event{Subject: a.ID, ID: "exam-" + m.run, Time: m.at(date, 16, 0, 60), Data: event.ExamScored{
			Period: event.Month(m.cfg.Month), Exam: "business", ScoreHundredths: score, OutOfHundredths: 10_000, Examiner: supervisor}})
	}
}
