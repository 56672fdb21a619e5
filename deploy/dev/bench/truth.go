package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

//go:embed truth.sql
var truthSQL string

// truth is what was produced, and what must come out.
type truth struct {
	Events int64  `json:"events"`
	Bytes  int64  `json:"bytes"`
	Hash   uint64 `json:"hash"` // the sum over all events of their hashes
}

func (t *truth) add(r record) {
	t.Events++
	t.Bytes += int64(len(r.key) + len(r.value))
	t.Hash += xxhash.Sum64String(r.said)
}

// made is what an event that was made up says, read by neither the code nor the engine that are measured.
type made struct {
	ID      string                    `json:"id"`
	Source  string                    `json:"source"`
	Type    string                    `json:"type"`
	Subject string                    `json:"subject"`
	Time    time.Time                 `json:"time"`
	Data    map[string]jsontext.Value `json:"data"`
}

func readMade(value []byte) (e made, err error) {
	if err := json.Unmarshal(value, &e); err != nil {
		return e, fmt.Errorf("read an event that was made up: %w", err)
	}
	return e, nil
}

// outcomes are the members of data that become the column outcome, by type, where they have another name.
var outcomes = map[string]string{
	"agent.changed": "status", "attendance.recorded": "status", "conversation.status_changed": "status", "agent.presence": "state",
	"case.followed_up": "finding", "incident.ruled": "verdict", "leave.approved": "kind", "message.received": "kind",
	"message.sent": "author", "order.paid": "part", "training.recorded": "result",
}

// agentMembers are those that become the column agent.
var agentMembers = map[string]string{"case.promised": "by", "solution.approved": "by"}

// said is everything in the event that has a column of its own, as truth.sql puts it together to hash it.
func (e made) said() string {
	member := func(name string) string {
		v := e.Data[name]
		if v.Kind() != '"' {
			return string(v) // a number, or none
		}
		text, _ := jsontext.AppendUnquote(nil, v) // it was read before
		return string(text)
	}
	return strings.Join([]string{e.Source, e.Subject, e.ID, e.Type, strconv.FormatInt(e.Time.UnixMilli(), 10),
		member(cmp.Or(agentMembers[e.Type], "agent")), member("team"), member("queue"), member("direction"),
		member(cmp.Or(outcomes[e.Type], "outcome")), member("wait_ms"), member("talk_ms"), member("wrap_up_ms")}, "\n")
}

// contents is what a turn left in the table.
type contents struct {
	events  int64
	made    uint64 // hash of what was made up
	columns uint64 // hash of all columns but ext: positions and append times too
	ext     uint64 // hash of ext, with the positions
}

// same is what all turns with one topic must leave, whoever's they are: what the first one left.
type same struct{ columns, ext uint64 }

// check holds what a turn left against what was produced and against what the turns before it left. Only ingest keeps in
// ext what has no column; the Kafka engine's view puts all data there, so its ext is not compared.
func (t *turn) check(ctx context.Context, ext bool) error {
	var got contents
	if err := t.store.QueryRow(ctx, truthSQL).Scan(&got.events, &got.made, &got.columns, &got.ext); err != nil {
		return fmt.Errorf("check database %q: %w", t.name, err)
	}
	if got.events != t.truth.Events || got.made != t.truth.Hash {
		return fmt.Errorf("wrong result: %d events with hash %x, want %d with %x", got.events, got.made, t.truth.Events, t.truth.Hash)
	}
	if !t.same.agrees(got, ext) {
		return fmt.Errorf("wrong result: columns with hash %x and ext with %x, another turn left %x and %x",
			got.columns, got.ext, t.same.columns, t.same.ext)
	}
	return nil
}

// agrees compares contents with the first ones, which it keeps.
func (s *same) agrees(got contents, ext bool) bool {
	keep := func(first *uint64, hash uint64) bool {
		if *first == 0 {
			*first = hash
		}
		return *first == hash
	}
	return keep(&s.columns, got.columns) && (!ext || keep(&s.ext, got.ext))
}
