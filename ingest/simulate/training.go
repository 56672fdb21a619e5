package simulate

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// courses are what people are taught; each course is for every third of them.
var courses = [...]string{"customs", "returns", "call wording"}

// training makes up the part that people take in the month's courses.
func (m *maker) training() {
	for i, a := range m.agents {
		date := m.first.AddDate(0, 0, 13+i%len(courses))
		if date.Before(a.from) || !date.Before(a.until) {
			continue
		}
		result := []event.TrainingResult{event.TrainingAttended, event.TrainingPassed, event.TrainingPassed, event.TrainingPassed,
			event.TrainingFailed, event.TrainingMissed}[m.rng.IntN(6)]
		data := event.TrainingRecorded{Course: courses[i%len(courses)], Date: dateOf(date), Trainer: supervisor, Result: result}
		if result != event.TrainingMissed {
			data.Minutes = new(int64(90))
			a.Trainings++
		}
		m.report(event.Event{Subject: a.ID, ID: fmt.Sprintf("training-%s-%s", m.run, data.Date), Time: m.at(date, 17, 0, 30), Data: data})
	}
}
