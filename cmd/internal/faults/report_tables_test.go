package faults_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// tables says how often each step, fault, topic and kind of invalid record came.
func (j *journal) tables(points []point) string {
	var out strings.Builder
	all := j.clean(points)
	table(&out, "step struck", stepHits(all))
	table(&out, "fault", faultCounts(all))
	table(&out, "topic", topicCounts(all))
	poisonTable(&out, all)
	return out.String()
}

// counts are numbers by kind of broker.
type counts [3]int

func (c counts) sum() int { return c[0] + c[1] + c[2] }

func (c counts) on(b brokerKind) int { return c[slices.Index(brokerKinds(), b)] }

// tally counts something about a point under a name.
func tally[K comparable](into map[K]counts, name K, d done, n int) {
	c := into[name]
	c[slices.Index(brokerKinds(), d.Broker)] += n
	into[name] = c
}

func stepHits(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, k := range kinds() {
		if k.step != "" {
			out[string(k.step)] = counts{}
		}
	}
	for _, d := range all {
		for s, n := range d.Hits {
			tally(out, string(s), d, n)
		}
	}
	return out
}

func faultCounts(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, k := range kinds() {
		out[k.name] = counts{}
	}
	for _, d := range all {
		for _, f := range d.Faults {
			tally(out, f.Kind, d, 1)
		}
	}
	return out
}

func topicCounts(all []done) map[string]counts {
	out := make(map[string]counts)
	for _, d := range all {
		tally(out, string(d.Topic), d, 1)
	}
	return out
}

func poisonCounts(all []done) (produced, rejected map[event.Reason]counts) {
	produced, rejected = make(map[event.Reason]counts), make(map[event.Reason]counts)
	for _, d := range all {
		for reason, n := range d.Produced {
			tally(produced, reason, d, n)
		}
		for reason, n := range d.Rejected {
			tally(rejected, reason, d, n)
		}
	}
	return produced, rejected
}

func table(out *strings.Builder, head string, rows map[string]counts) {
	fmt.Fprintf(out, "\n| %s |", head)
	for _, b := range brokerKinds() {
		fmt.Fprintf(out, " %s |", b)
	}
	out.WriteString("\n|---|--:|--:|--:|\n")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(out, "| %s | %d | %d | %d |\n", name, rows[name][0], rows[name][1], rows[name][2])
	}
}

// poisonTable puts what was produced beside what was rejected, for each reason.
func poisonTable(out *strings.Builder, all []done) {
	produced, rejected := poisonCounts(all)
	out.WriteString("\n| invalid: produced / rejected |")
	for _, b := range brokerKinds() {
		fmt.Fprintf(out, " %s |", b)
	}
	out.WriteString("\n|---|--:|--:|--:|\n")
	for _, reason := range event.Reasons() {
		fmt.Fprintf(out, "| %s |", reason)
		for i := range brokerKinds() {
			fmt.Fprintf(out, " %d / %d |", produced[reason][i], rejected[reason][i])
		}
		out.WriteString("\n")
	}
}

// pointTable has a line for each point.
func (j *journal) pointTable(points []point) string {
	var out strings.Builder
	out.WriteString("\n| point | broker | input | faults | steps struck | records | rejected | s | verdict |\n|--:|---|---|---|---|--:|--:|--:|---|\n")
	for _, p := range points {
		hash := p.hash()
		d, clean := j.known[hash]
		verdict := "clean"
		switch {
		case j.failed[hash]:
			verdict = "FAILED"
		case !clean:
			verdict = cmp.Or(j.missed[hash], "not played")
		}
		rejected := 0
		for _, n := range d.Rejected {
			rejected += n
		}
		fmt.Fprintf(&out, "| %d | %s | %s | %s | %s | %d | %d | %.0f | %s |\n", p.Index, p.Broker, p.input(), listed(p.Faults),
			hitList(d.Hits), d.Records, rejected, d.Seconds, verdict)
	}
	return out.String()
}

// input names what a point's records are like.
func (p point) input() string {
	if p.Large {
		return string(p.Topic) + ", large"
	}
	return string(p.Topic)
}

// listed names the faults, without the steps: those that were struck have a column of their own.
func listed(faults []planned) string {
	var names []string
	for _, f := range faults {
		names = append(names, strings.TrimSpace(f.Kind+" "+string(f.When)))
	}
	return strings.Join(names, "; ")
}

func hitList(hits map[step]int) string {
	var names []string
	for _, s := range slices.Sorted(maps.Keys(hits)) {
		name := string(s)
		if hits[s] > 1 {
			name = fmt.Sprintf("%s ×%d", s, hits[s])
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}
