package simulate

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// damage makes a valid record invalid.
type damage struct {
	reason   event.Reason
	old, new string // part of the value, and what takes its place
}

// damages holds at least one damage for each reason that a damaged call can have. A reader that overlooks it would credit
// the call to an agent.
var damages = []damage{
	{event.WrongKey, "", ""}, // see damaged
	{event.InvalidUTF8, `"parcels"`, "\"parcels\xff\""},
	{event.DuplicateKey, `"outcome":"answered"`, `"outcome":"abandoned","outcome":"answered"`},
	{event.DuplicateKey, `"specversion":"1.0"`, `"specversion":"1.0","specversion":"1.0"`},
	{event.InvalidJSON, `}}`, `}`},
	{event.InvalidJSON, `"talk_ms":90000`, `"talk_ms":090000`},
	{event.InvalidJSON, `"parcels"`, `"\ud800"`},
	{event.MissingField, `"outcome":"answered",`, ``},
	{event.MissingField, `"source":"simulate",`, ``},
	{event.WrongType, `"talk_ms":90000`, `"talk_ms":"90000"`},
	{event.WrongType, `"talk_ms":90000`, `"talk_ms":90000.5`},
	{event.InvalidValue, `"outcome":"answered"`, `"outcome":"ANSWERED"`},
	{event.InvalidValue, `"talk_ms":90000`, `"talk_ms":-90000`},
	{event.InvalidValue, `"specversion":"1.0"`, `"specversion":"0.3"`},
	{event.FieldTooLong, `"parcels"`, `"` + strings.Repeat("parcels ", 40) + `"`},
	{event.UnknownType, `"type":"call.ended"`, `"type":"call.finished"`},
	{event.UnknownVersion, `:call.ended:1"`, `:call.ended:99"`},
	{event.TimeOutOfBounds, `"time":"`, `"time":"2100-01-01T00:00:00Z","was":"`},
}

// broken makes up records that the pipeline must reject, over the whole month.
func (m *maker) broken() {
	turn := map[event.Reason][]damage{}
	for _, d := range damages {
		turn[d.reason] = append(turn[d.reason], d)
	}
	for _, reason := range event.Reasons() {
		ds := turn[reason]
		for i := range m.cfg.Invalid {
			if len(ds) > 0 {
				m.damaged(ds[i%len(ds)])
			}
		}
	}
	for range m.cfg.Oversized {
		m.damaged(damage{event.TooLarge, `"parcels"`, `"` + strings.Repeat("parcels ", event.DefaultMaxBytes/8) + `"`})
	}
}

func (m *maker) damaged(d damage) {
	m.calls++
	at := m.first.Add(m.next.Sub(m.first) / 10_000 * time.Duration(m.rng.IntN(10_000)))
	talk := int64(90_000)
	e := event.Event{Source: source, Zone: m.cfg.Zone, Subject: fmt.Sprintf("broken-%s-%06d", m.run, m.calls), ID: "ended", Time: at,
		Data: event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: m.agents[fixed].ID, Queue: "parcels", TalkMS: &talk}}
	value, err := event.Encode(&e)
	if err != nil {
		m.err = err
		return
	}
	key := e.Subject
	if d.reason == event.WrongKey {
		key = "another"
	}
	m.put(at.UnixMilli(), Record{Key: []byte(key), Value: []byte(strings.Replace(string(value), d.old, d.new, 1)), Reason: d.reason})
}
