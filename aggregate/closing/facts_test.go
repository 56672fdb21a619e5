package closing_test

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
	"pgregory.net/rapid"
)

// people puts the agents into two teams. One may move within a month, known in time or later.
func (w *world) people() {
	for i, a := range w.agents {
		w.add(0, w.instant(0, 1, 0), a, event.AgentChanged{Effective: "2023-12-01", Team: team(i), Name: "Agent " + a})
		w.poor[a] = i%3 == 0
	}
	if w.chance(50, "a mover") {
		i := w.draw(0, len(w.agents)-1, "mover")
		k := w.draw(0, months-1, "moves in")
		w.mover = w.agents[i]
		w.move(w.draw(k, lastStage, "stage"), w.mover, k, team(i+1))
	}
}

func team(i int) string { return []string{"north", "south"}[i%2] }

func (w *world) move(stage int, agent string, k int, team string) {
	effective := event.Date(fmt.Sprintf("%s-%02d", monthAt(k), w.draw(2, 28, "day")))
	w.add(stage, w.instant(k, 1, 1), agent, event.AgentChanged{Effective: effective, Team: team, Name: "Agent " + agent})
}

// work is a month of an agent as everybody knows it when the month is closed: days worked, calls, a review, perhaps a mail.
func (w *world) work(agent string, k int) {
	for i := range 3 {
		w.attend(k, agent, k, 8+i)
	}
	for i := range w.draw(3, 7, "calls") {
		w.call(k, agent, k, 8+i%3)
	}
	w.review(k, agent, k)
	if w.chance(30, "a mail") {
		w.mail(k, agent, k, w.draw(0, 2, "reply"))
	}
	points := 4 * w.draw(0, 2, "points")
	if w.poor[agent] {
		points = 0
	}
	w.given[place{agent, "execution", k}] = []gift{{points * 100, k}}
	w.given[place{agent, "enthusiasm", k}] = []gift{{points * 50, k}}
}

func (w *world) attend(stage int, agent string, k, day int) {
	w.add(stage, w.instant(k, day, 18), agent, event.AttendanceRecorded{Date: event.Date(fmt.Sprintf("%s-%02d", monthAt(k), day)), Status: event.Worked})
}

func (w *world) call(stage int, agent string, k, day int) {
	w.add(stage, w.instant(k, day, 10), fmt.Sprint("call-", len(w.log)), event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: agent})
}

func (w *world) review(stage int, agent string, k int, findings ...event.ReviewFinding) {
	w.add(stage, w.instant(k, 20, 10), agent, event.ReviewScored{
		Period: event.Month(monthAt(k).String()), Template: "call-wording", Reviewer: "boss", Confirmed: true, Findings: findings,
	})
}

// mail is a mail that is answered within an hour, after four, or never. It returns its id.
func (w *world) mail(stage int, agent string, k, reply int) string {
	id := fmt.Sprint("mail-", len(w.log))
	w.add(stage, w.instant(k, 15, 10), id, event.ConversationOpened{Channel: event.ChannelEmail, Agent: agent})
	w.add(stage, w.instant(k, 15, 10), id, event.MessageReceived{Kind: event.KindMessage})
	if reply > 0 {
		w.add(stage, w.instant(k, 15, 8+3*reply), id, event.MessageSent{Author: event.AuthorAgent, Agent: agent})
	}
	return id
}

// complaint is a complaint that is upheld in its month. It returns its id.
func (w *world) complaint(stage int, agent string, k int, about string) string {
	id := fmt.Sprint("incident-", len(w.log)+len(w.said))
	w.add(stage, w.instant(k, 5, 10), id, event.IncidentReported{Agent: agent, Subjects: []string{about}, Complainant: event.FromCustomer})
	w.rule(stage, w.instant(k, 6, 10), id, event.Upheld)
	return id
}

// void takes a verdict of month k back, in that month or later.
func (w *world) void(stage int, incident string, k int) {
	w.rule(stage, w.instant(w.draw(k, months, "ruled again in"), 25, 10), incident, event.VerdictRejected)
}

// patterns say for each month of a poor agent whether there was a complaint, which brings the lowest grade: E when it was
// known in time, V when it was voided after publication, L when it was known only then, and N when there was none.
var patterns = []string{"VEEE", "EVEE", "VEEL", "LEEE", "EELE", "LEVE", "ELEE", "EEEL", "NVEE", "ENLE", "EEVN", "LLLN", "VVEE", "NNEE"}

// complaints spoil months of the poor.
func (w *world) complaints() {
	for _, a := range w.agents {
		if !w.poor[a] {
			continue
		}
		for k, letter := range rapid.SampledFrom(patterns).Draw(w.t, "months") {
			switch letter {
			case 'E':
				w.complaint(k, a, k, "call-attitude")
			case 'L':
				w.complaint(w.late(k), a, k, "call-attitude")
			case 'V':
				w.void(w.late(k), w.complaint(k, a, k, "call-attitude"), k)
			}
		}
	}
}

// voided is an incident that took others with it: three complaints cost more than each, until one of them is voided.
func (w *world) voided() {
	if !w.chance(60, "three complaints") {
		return
	}
	a, k := w.agent("about"), w.draw(0, months-1, "in")
	for range 3 {
		w.trio = append(w.trio, w.complaint(k, a, k, "inquiry"))
	}
	if w.chance(20, "a fourth") {
		w.complaint(w.late(k), a, k, "inquiry")
	}
	w.void(w.late(k), w.trio[0], k)
}

// lateFacts are what else becomes known after publication.
func (w *world) lateFacts() {
	for range w.draw(1, 6, "late facts") {
		a, k := w.agent("of"), w.draw(0, months-1, "in")
		stage := w.late(k)
		switch w.draw(0, 9, "kind") {
		case 0:
			w.call(stage, a, k, 9)
		case 1:
			w.mail(stage, a, k, w.draw(0, 2, "reply"))
		case 2:
			w.retract(stage)
		case 3:
			w.move(stage, a, k, team(w.draw(0, 1, "team")))
		case 4:
			w.review(stage, a, k, event.ReviewFinding{Finding: "contempt", Count: 1})
		case 5:
			w.attend(stage, a, k, w.draw(8, 12, "day"))
		case 6:
			w.merge(stage, a, k)
		case 7:
			w.link(stage, a, k)
		case 8:
			w.again(stage, a, k)
		case 9:
			w.add(stage, w.instant(k, 28, 1), a, event.AgentChanged{Effective: event.Date(monthAt(k).String() + "-15"), Team: "north", Status: event.Left})
		}
	}
}

// retract takes back anything that was known before.
func (w *world) retract(stage int) {
	target := w.log[w.draw(0, len(w.log)-1, "target")]
	w.add(max(stage, target.stage), w.instant(months, 1, 10), target.Subject, event.Retracted{Target: target.ID, Reason: "a mistake"})
}

// merge joins a mail of the month with one that was answered long before, and has not been heard of since.
func (w *world) merge(stage int, agent string, k int) {
	into, from := w.mail(k, agent, k, 0), w.mail(0, agent, 0, 1)
	for _, id := range []string{into, from} {
		w.add(stage, w.instant(k, 16, 10), id, event.ConversationMerged{Into: into, From: from})
	}
}

// again lets a customer ask again, years after a mail that everybody knew.
func (w *world) again(stage int, agent string, k int) {
	id := w.mail(0, agent, -24, 1)
	w.add(stage, w.instant(k, 15, 10), id, event.MessageReceived{Kind: event.KindMessage})
}

// link says late whose calls those of an account were.
func (w *world) link(stage int, agent string, k int) {
	w.call(k, "204", k, 9)
	w.add(stage, w.instant(k, 1, 0), agent, event.AgentLinked{System: "desk", Account: "204", Until: event.Date(monthAt(k).String() + "-28")})
}

// appeals change scores when all months are published.
func (w *world) appeals() {
	for range w.draw(0, 3, "appeals") {
		p := place{w.agent("appeal of"), rapid.SampledFrom([]string{"execution", "enthusiasm"}).Draw(w.t, "against"), w.draw(0, months-1, "in")}
		w.given[p] = append(w.given[p], gift{400 * w.draw(0, 1, "points"), w.draw(months, lastStage, "stage")})
	}
}
