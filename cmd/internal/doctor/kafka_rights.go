package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// need is what must be permitted on a topic or a group.
type need struct {
	kind, name string // kind as kafka-acls.sh has it
	rights     []kafka.Right
	purpose    string
	state      State // where one is missing
}

// kafkaNeeds are the rights that deskpulse uses. Streams are written by `import`, `simulate` and `deadletter replay` only.
func (p *patient) kafkaNeeds() []need {
	out := []need{{"group", p.Config.Group.ID, []kafka.Right{kafka.RightRead, kafka.RightDescribe}, "join the group and commit", Problem}}
	for _, s := range p.Config.Streams {
		out = append(out,
			need{"topic", s.Topic, []kafka.Right{kafka.RightRead, kafka.RightDescribe}, "read the stream", Problem},
			need{"topic", s.Topic, []kafka.Right{kafka.RightWrite}, "import into the stream and replay its dead letters", Warning})
	}
	return append(out,
		need{"topic", p.Config.DeadLetters, []kafka.Right{kafka.RightWrite, kafka.RightDescribe}, "write dead letters", Problem},
		need{"topic", p.Config.Decisions, []kafka.Right{kafka.RightRead, kafka.RightWrite, kafka.RightDescribe}, "read and record decisions", Problem})
}

// kafkaRights asks what the cluster permits, so that a right is not missed when the first record is rejected.
func kafkaRights(ctx context.Context, p *patient) ([]Finding, error) {
	var out []Finding
	needs, told := p.kafkaNeeds(), true
	for _, n := range needs {
		rights, known, err := p.rights(ctx, n)
		if err != nil {
			return out, err
		}
		told = told && known
		if missing := n.missing(rights); known && len(missing) > 0 {
			out = append(out, n.finding(missing, p.principal()))
		}
	}
	switch {
	case len(out) > 0:
	case !told:
		out = append(out, well("", "nothing is known to be missing: not every topic exists, or a broker does not tell"))
	default:
		out = append(out, well("", "has all rights on topics and group, %d", len(needs)))
	}
	return out, nil
}

// rights returns what is permitted, known=false where nobody can tell.
func (p *patient) rights(ctx context.Context, n need) (rights kafka.Rights, known bool, err error) {
	_, exists := p.topics[n.name]
	switch {
	case n.kind == "group":
		rights, err = p.kafka.GroupRights(ctx, n.name)
	case slices.Contains(p.hidden, n.name):
		return 0, true, nil
	case !exists:
		return 0, false, nil
	default:
		rights, err = p.kafka.TopicRights(ctx, n.name)
	}
	if errors.Is(err, kafka.ErrPermission) {
		return 0, true, nil
	}
	return rights, err == nil && rights.Known(), err
}

func (n need) missing(rights kafka.Rights) (out []string) {
	for _, r := range n.rights {
		if !rights.Has(r) {
			out = append(out, r.String())
		}
	}
	return out
}

func (n need) finding(missing []string, principal string) Finding {
	return Finding{
		Object: n.kind + " " + n.name, State: n.state, Found: "may not " + n.purpose, Want: "the right " + strings.Join(missing, ", "),
		Do: fmt.Sprintf("kafka-acls.sh --add --allow-principal %s --operation %s --%s %s, or remove what denies it",
			principal, strings.Join(missing, " --operation "), n.kind, n.name),
	}
}

// principal is who we are for the cluster, as far as the configuration says.
func (p *patient) principal() string {
	switch {
	case p.Config.Kafka.SASL.Username != "":
		return "User:" + p.Config.Kafka.SASL.Username
	case p.Config.Kafka.TLS.CertFile != "":
		return "User:<name in the certificate>"
	}
	return "User:ANONYMOUS"
}
