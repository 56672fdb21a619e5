package doctor

import (
	"context"
	"fmt"
	"strings"
)

// batchBytes is what a record batch adds to its one record, generously.
const batchBytes = 1 << 10

// appendTime wants the broker's clock in every record of a stream: an event's time is judged by it, and it decides which
// of two conflicting copies stands.
func appendTime(_ context.Context, p *patient) ([]Finding, error) {
	return p.streams(func(t topic, _ int) Finding {
		const name = "message.timestamp.type"
		if got := t.settings[name]; got != "LogAppendTime" {
			return Finding{
				State: Problem, Found: name + "=" + got + ": the time is what a producer claims", Want: name + "=LogAppendTime",
				Do: alter(t.Name, name+"=LogAppendTime"),
			}
		}
		return well("", "%s=LogAppendTime", name)
	}), nil
}

// recordSize wants the broker to take every record that its stream takes: a producer learns of a refusal, deskpulse does
// not, so that nobody would see the event among the rejected.
func recordSize(_ context.Context, p *patient) ([]Finding, error) {
	return p.streams(func(t topic, most int) Finding {
		const name = "max.message.bytes"
		got, ok := number(t.settings, name)
		if want := int64(most) + batchBytes; !ok || got < want {
			return Finding{
				State: Problem, Found: fmt.Sprintf("%s=%s, and the stream takes records of %d bytes", name, t.settings[name], most),
				Want: fmt.Sprintf("%d or more", want), Do: alter(t.Name, fmt.Sprintf("%s=%d", name, max(want, 8<<20))),
			}
		}
		return well("", "%s=%d, and the stream takes %d", name, got, most)
	}), nil
}

// cleanup warns where Kafka keeps the last record of a key alone: offsets that are gone count as absent, and events with
// them.
func cleanup(_ context.Context, p *patient) ([]Finding, error) {
	return p.streams(func(t topic, _ int) Finding {
		const name = "cleanup.policy"
		if got := t.settings[name]; strings.Contains(got, "compact") {
			return Finding{
				State: Warning, Found: name + "=" + got + ": events that are not yet read may be removed", Want: name + "=delete",
				Do: alter(t.Name, name+"=delete"),
			}
		}
		return well("", "%s=%s, retention.ms=%s", name, t.settings[name], t.settings["retention.ms"])
	}), nil
}

// streams makes one finding for each stream whose topic exists.
func (p *patient) streams(look func(t topic, maxBytes int) Finding) (out []Finding) {
	for _, s := range p.Config.Streams {
		if t, ok := p.topics[s.Topic]; ok && t.settings != nil {
			f := look(t, s.MaxBytes)
			f.Object = s.Topic
			out = append(out, f)
		}
	}
	return out
}
