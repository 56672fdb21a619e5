package doctor_test

import (
	"context"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestRightsAreMissing takes rights away on Apache Kafka, from a user who otherwise has all.
func TestRightsAreMissing(t *testing.T) {
	if _, ok := embeddedtest.RealKafka(t); !ok {
		return
	}
	cluster, err := kafka.Start(t.Context(), kafka.Config{Dir: t.TempDir(), Properties: map[string]string{
		"authorizer.class.name":          "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
		"allow.everyone.if.no.acl.found": "true",
		"early.start.listeners":          "CONTROLLER",
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cluster.Stop(context.Background()) })
	w := newWorld(t)
	w.c.Kafka.Brokers = cluster.Addrs()
	w.ready().coordinated()
	want(t, w.examine(0), doctor.Kafka, "rights", doctor.OK, "all rights")
	stream := w.c.Streams[0].Topic
	for _, row := range []struct {
		name  string
		kind  kmsg.ACLResourceType
		on    string
		right kadm.ACLOperation
		state doctor.State
		word  string
	}{
		{"replays", kmsg.ACLResourceTypeTopic, stream, kadm.OpWrite, doctor.Warning, "--operation Write --topic " + stream},
		{"dead letters", kmsg.ACLResourceTypeTopic, w.c.DeadLetters, kadm.OpWrite, doctor.Problem, "may not write dead letters"},
		{"stream", kmsg.ACLResourceTypeTopic, stream, kadm.OpRead, doctor.Problem, "may not read the stream"},
		{"topic", kmsg.ACLResourceTypeTopic, w.c.Decisions, kadm.OpDescribe, doctor.Problem, "may not read and record decisions"},
		{"group", kmsg.ACLResourceTypeGroup, w.c.Group.ID, kadm.OpRead, doctor.Problem, "--operation Read --group " + w.c.Group.ID},
	} {
		t.Run(row.name, func(t *testing.T) {
			undo := w.deny(t, row.kind, row.on, row.right)
			defer undo()
			want(t, w.examine(0), doctor.Kafka, "rights", row.state, row.word)
		})
	}
}

// deny denies everybody one right on something, until it is undone. Where there is a rule, what no rule allows is denied too.
func (w *world) deny(t *testing.T, kind kmsg.ACLResourceType, on string, right kadm.ACLOperation) (undo func()) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.c.Kafka.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	admin := kadm.NewClient(client)
	all := []*kadm.ACLBuilder{
		kadm.NewACLs().Allow("User:*").AllowHosts().Operations(kadm.OpAll),
		kadm.NewACLs().Deny("User:*").DenyHosts().Operations(right),
	}
	for _, rules := range all {
		if rules.ResourcePatternType(kadm.ACLPatternLiteral); kind == kmsg.ACLResourceTypeTopic {
			rules.Topics(on)
		} else {
			rules.Groups(on)
		}
		made, err := admin.CreateACLs(t.Context(), rules)
		if err != nil || len(made) != 1 || made[0].Err != nil {
			t.Fatal(err, made)
		}
	}
	for _, rules := range all { // the broker knows them a moment after the controller has
		until(t, func() bool {
			found, err := admin.DescribeACLs(t.Context(), rules)
			return err == nil && len(found) == 1 && len(found[0].Described) == 1
		})
	}
	return func() {
		defer client.Close()
		for _, rules := range all {
			if _, err := admin.DeleteACLs(t.Context(), rules); err != nil {
				t.Fatal(err)
			}
		}
	}
}
