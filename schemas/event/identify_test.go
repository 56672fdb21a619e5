package event_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// nobody lists the free texts that name no person of the company, each by its type's name or, where it means the same
// everywhere, by its own.
var nobody = map[string]string{
	"agent.changed.name": "shown, never compared", "agent.changed.level": "a rank", "agent.changed.role": "a post",
	"agent.linked.system": "a source", "agent.linked.account": "what the link explains", "agent.presence.reason": "words",
	"call.ended.anomalies": "words", "conversation.assigned.bot": "a machine", "conversation.merged.into": "a conversation",
	"conversation.merged.from": "a conversation", "conversation.opened.customer_kind": "a kind", "conversation.opened.intent": "a kind",
	"conversation.opened.region": "a place", "event.retracted.target": "an event", "event.retracted.target_source": "a source",
	"exam.scored.exam": "a test", "incident.reported.same_kind": "a kind", "incident.reported.subjects": "kinds",
	"incident.ruled.subjects": "kinds", "leave.approved.kind": "a kind", "order.paid.currency": "a currency",
	"order.placed.currency": "a currency", "order.refunded.currency": "a currency", "review.scored.template": "a sheet",
	"review.scored.findings": "what was found", "review.scored.checks": "what was checked", "solution.approved.note": "words",
	"agent.changed.duties": "kinds", "training.recorded.course": "a course", "call.ended.holds": "times",
	"customer": "never one of the company's people", "team": "a team", "queue": "a queue", "reason": "words",
	"conversation": "a conversation", "recording": "a recording",
}

// Whoever is named is identified: of every type each text is either somebody's id, and replaced, or listed above.
func TestIdentifyIsComplete(t *testing.T) {
	for _, typ := range event.Types() {
		data := filled(t, typ)
		got, changed := event.Identify(data, strings.ToUpper)
		was, is := reflect.ValueOf(data), reflect.ValueOf(got)
		any := false
		for i := range was.NumField() {
			f := was.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			free := f.Type.Kind() == reflect.Slice || f.Type == reflect.TypeFor[string]() && f.Tag.Get("enum") == ""
			replaced := !reflect.DeepEqual(was.Field(i).Interface(), is.Field(i).Interface())
			any = any || replaced
			_, here := nobody[typ.Name+"."+name]
			_, anywhere := nobody[name]
			if free && replaced == (here || anywhere) {
				t.Errorf("%s.%s: replaced: %t; does it name a person?", typ.Name, name, replaced)
			}
			if !free && replaced {
				t.Errorf("%s.%s: is no text, but was replaced", typ.Name, name)
			}
		}
		if any != changed {
			t.Errorf("%s: says it replaced somebody: %t", typ.Name, changed)
		}
		if diff := cmp.Diff(data, filled(t, typ)); diff != "" {
			t.Errorf("%s: the original was changed (-got, +want):\n%s", typ.Name, diff)
		}
	}
}

// filled returns the first example of a type, which has every member, with "x" in every text.
func filled(t *testing.T, typ *event.Type) event.Data {
	t.Helper()
	data := decode(t, wholeEvent(typ, typ.Examples[0])).Data
	v := reflect.New(reflect.TypeOf(data)).Elem()
	v.Set(reflect.ValueOf(data))
	for i := range v.NumField() {
		if f := v.Field(i); f.Type() == reflect.TypeFor[string]() {
			f.SetString("x")
		}
	}
	return v.Interface()
}

func TestIdentifyLeavesNobodyAlone(t *testing.T) {
	for name, data := range map[string]event.Data{
		"nobody is named":    event.CallEnded{Direction: event.Inbound, Outcome: event.Abandoned},
		"nobody can be":      event.MessageReceived{},
		"of no known type":   "li",
		"nothing":            nil,
		"by the same id":     event.MessageSent{Agent: "li"},
		"the account itself": event.AgentLinked{System: "pbx", Account: "204"},
	} {
		var asked []string
		got, changed := event.Identify(data, func(id string) string { asked = append(asked, id); return id })
		if diff := cmp.Diff(got, data); diff != "" || changed {
			t.Errorf("%s: changed %t (-got, +want):\n%s", name, changed, diff)
		}
		if slices.Contains(asked, "") || slices.Contains(asked, "204") {
			t.Errorf("%s: asked for %q", name, asked)
		}
	}
}
