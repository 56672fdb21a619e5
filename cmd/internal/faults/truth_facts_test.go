package faults_test

import (
	"cmp"
	_ "embed"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	gocmp "github.com/google/go-cmp/cmp"
)

//go:embed truth_accepted.sql
var truthAcceptedSQL string

// accepted is an offset that is in `events`, as the record there was produced.
type accepted struct {
	columns
	appended int64 // Unix milliseconds
	rows     int64 // 1, unless a fault may double them
}

// checkFacts folds everything and wants the calls to be those of the distinct events that were accepted, in every field and
// with the place of the copy that stands, and the other copies to be counted as what they are.
func (r *run) checkFacts(t *testing.T, log map[position]logged) {
	t.Helper()
	rows := r.accepted(t, log)
	stands, want := standing(rows)
	calls := len(stands)
	var got turn.Counts
	var wrong []string
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: time.Unix(0, 0), To: time.Now().Add(time.Hour)}
	for events, err := range r.store.Subjects(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		facts, counts := turn.Fold(events)
		got.Add(counts)
		for i := range facts.Calls {
			if why := wrongCall(&facts.Calls[i], event.Partition{Stream: r.spec.Topic, Epoch: r.spec.Epoch}, stands, rows); why != "" {
				wrong = append(wrong, why)
			}
		}
	}
	for name := range stands {
		wrong = append(wrong, name+" is not counted")
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d calls are wrong:\n%s", len(wrong), strings.Join(wrong[:min(len(wrong), 10)], "\n"))
	}
	if diff := gocmp.Diff(got, want); diff != "" {
		t.Errorf("what the fold left out (-got, +want):\n%s", diff)
	}
	t.Logf("%d rows are %d calls; of the copies %d say the same and %d something else", len(rows), calls, want.Duplicates, want.Conflicts)
}

// accepted reads which offsets are in `events`, and says of each what was produced there. Of what compaction took away when
// it was read already, the row alone knows when it was appended.
func (r *run) accepted(t *testing.T, log map[position]logged) map[position]accepted {
	t.Helper()
	out := make(map[position]accepted)
	r.each(t, truthAcceptedSQL, func(scan func(...any) error) error {
		var at position
		var zone string
		var a accepted
		if err := scan(&at.partition, &at.offset, &a.appended, &zone, &a.rows); err != nil {
			return err
		}
		number, ok := r.load.acked[at]
		if rec, there := log[at]; there {
			number, ok, a.appended = rec.number, true, rec.appended
		}
		if !ok || number < 0 || number >= len(r.load.sent) {
			return fmt.Errorf("%v was accepted, and no such record was produced", at)
		}
		if a.columns = r.load.sent[number].columns.in(zone); a.who == "" {
			t.Errorf("%v was accepted, and record %d is never to be", at, number)
			return nil
		}
		out[at] = a
		return nil
	})
	return out
}

// standing says where the copy of each event stands that counts: the one appended first, then by its place. The others say
// the same or something else.
func standing(rows map[position]accepted) (stands map[string]position, counts turn.Counts) {
	stands = make(map[string]position)
	for at, a := range rows {
		name := a.name()
		if other, ok := stands[name]; !ok || a.before(at, rows[other], other) {
			stands[name] = at
		}
	}
	for at, a := range rows {
		first := stands[a.name()]
		further := int(a.rows)
		if first == at {
			further--
		}
		if a.columns == rows[first].columns {
			counts.Duplicates += further
		} else {
			counts.Conflicts += further
		}
	}
	return stands, counts
}

func (a accepted) before(at position, b accepted, other position) bool {
	return cmp.Or(cmp.Compare(a.appended, b.appended), cmp.Compare(at.partition, other.partition), cmp.Compare(at.offset, other.offset)) < 0
}

// name is the identity: subject, source and id.
func (c columns) name() string {
	who := strings.Split(c.who, "\t")
	return strings.Join(who[1:4], "/")
}

// wrongCall says in what a folded call is not the copy that stands, "" if in nothing. One that was seen stands no more.
func wrongCall(c *turn.Call, in event.Partition, stands map[string]position, rows map[position]accepted) string {
	name := strings.Join([]string{c.Subject, c.Source, c.ID}, "/")
	at, ok := stands[name]
	if !ok {
		return name + " is counted, and was not accepted or is counted already"
	}
	delete(stands, name)
	in.ID = at.partition
	want := rows[at].call(event.Position{Partition: in, Offset: at.offset})
	if reflect.DeepEqual(*c, want) { // faster, of hundreds of thousands
		return ""
	}
	return fmt.Sprintf("%s (-got, +want):\n%s", name, gocmp.Diff(*c, want))
}

// call is the fact that the fold must make of the row.
func (a accepted) call(at event.Position) turn.Call {
	who, said := strings.Split(a.who, "\t"), strings.Split(a.said, "\t")
	return turn.Call{
		Origin: turn.Origin{Identity: event.Identity{Company: who[0], Source: who[2], Subject: who[1], ID: who[3]}, Time: time.UnixMilli(a.time).UTC(),
			AppendTime: time.UnixMilli(a.appended).UTC(), Position: at, Zone: a.zone},
		Agent: said[0], Team: said[1], Queue: said[2], Direction: event.Direction(said[3]), Outcome: event.CallOutcome(said[4]),
		WaitMS: numberIn(said[5]), TalkMS: numberIn(said[6]), WrapUpMS: numberIn(said[7]),
	}
}

// numberIn reads what textNumber wrote.
func numberIn(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
