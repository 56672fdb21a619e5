package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// A hundred leaders of two processes approve at the same time. One wins, the others learn who, and when.
func TestOneApprovalWins(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		scored(t, d)
		var processes []*process
		for _, site := range []string{"north", "south"} {
			var people []string
			for i := range 50 {
				people = append(people, fmt.Sprintf("%s-%02d", site, i))
			}
			processes = append(processes, startProcess(t, specOf(c, people...)))
		}
		for _, p := range processes {
			p.act(t)
		}
		var won, lost []childVerdict
		for _, p := range processes {
			for _, v := range p.verdicts(t) {
				if v.Accepted {
					won = append(won, v)
				} else {
					lost = append(lost, v)
				}
			}
		}
		if len(won) != 1 || len(lost) != 99 {
			t.Fatalf("%d approvals accepted and %d refused, want 1 and 99", len(won), len(lost))
		}
		month := refresh(t, d).Month(march)
		if month.Phase != workflow.PhaseApproved || month.Approved.Command != won[0].ID || month.Approved.By.Name != won[0].Name {
			t.Errorf("month %+v, want it approved by %s", month, won[0].Name)
		}
		winner := fmt.Sprintf("by %s (leader) at %s UTC, decision %d", won[0].Name, month.Approved.At.Format(time.DateTime), month.Approved.Sequence)
		for _, v := range lost {
			if v.Code != workflow.CodeStale || !strings.Contains(v.Text, winner) {
				t.Errorf("%s is told %q: %q, want stale, %q", v.Name, v.Code, v.Text, winner)
			}
		}
		if n := copies(t, c, won[0].ID); n != 1 || copied(t, c) != month.Approved.Sequence {
			t.Errorf("%d records of the approval, and the copy ends at %d", n, copied(t, c))
		}
		verified(t, c)
	})
}

// What is no command does not count, and neither does a command whose transaction was aborted.
func TestForeignRecords(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		scored(t, d)
		aborted := approval(refresh(t, d), "aborted")
		committed := approval(refresh(t, d), "committed")
		client := franz(t, addr, kgo.TransactionalID(c.Decisions))
		transact(t, client, c.Decisions, kgo.TryAbort, aborted)
		produce(t, franz(t, addr), c.Decisions, nil, []byte("{"), []byte(`{"v":1}`), bytes.Repeat([]byte{0xff}, 100))
		transact(t, client, c.Decisions, kgo.TryCommit, committed)
		transact(t, client, c.Decisions, kgo.TryAbort, aborted) // a marker stands last
		s := refresh(t, d)
		if _, ok := s.Verdict(aborted.ID); ok {
			t.Error("a command of an aborted transaction has a verdict")
		}
		if v, ok := s.Verdict(committed.ID); !ok || !v.Accepted {
			t.Errorf("the command of the committed transaction: %+v", v)
		}
		if s.Foreign() != 4 {
			t.Errorf("%d foreign records, want 4", s.Foreign())
		}
		if v := decide(t, d, activate(s, workflow.RosterDocument, "people", `{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`)); v.Sequence != 6 {
			t.Errorf("verdict %+v, want decision 6", v)
		}
		verified(t, c)
	})
}

// A transaction that nobody ends holds up what stands behind it: the verdict is not known before.
func TestOpenTransactionHoldsUpTheVerdict(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		var log lockedBuffer
		d := open(t, c, &log)
		client := franz(t, addr, kgo.TransactionalID(c.Decisions))
		if err := client.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, client, c.Decisions, []byte("pending"))
		cmd := activate(refresh(t, d), workflow.PolicyDocument, "desk", "items: []")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		appended := make(chan error, 1)
		go func() {
			_, err := d.Append(ctx, cmd)
			appended <- err
		}()
		poll(t, "held up", func() bool { return strings.Contains(log.String(), "is a transaction open") })
		cancel()
		var unknown *app.UnknownOutcomeError
		if err := <-appended; !errors.As(err, &unknown) || unknown.ID != cmd.ID {
			t.Errorf("error %v", err)
		}
		if err := client.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
			t.Fatal(err)
		}
		if v := decide(t, d, cmd); v.Sequence != 1 {
			t.Errorf("verdict %+v, want decision 1", v)
		}
	})
}

func TestAt(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		var heads []workflow.Head
		heads = append(heads, refresh(t, d).Head())
		for range 4 {
			produce(t, franz(t, addr), c.Decisions, []byte("no command"))
			activations(t, d, 1)
			heads = append(heads, refresh(t, d).Head())
		}
		for sequence, want := range heads {
			s, err := d.At(t.Context(), int64(sequence))
			if err != nil {
				t.Fatal(err)
			}
			if s.Head() != want || len(s.Documents(march.Company, workflow.PolicyDocument)) != sequence {
				t.Errorf("head %+v at %d, want %+v", s.Head(), sequence, want)
			}
		}
		if _, err := d.At(t.Context(), 5); err == nil || !strings.Contains(err.Error(), "the log has 4") {
			t.Errorf("error %v beyond the log's end", err)
		}
	})
}

// What the broker refuses for good is not in the log, and is not sent again.
func TestAppendWhatTheBrokerRefuses(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		client, small := franz(t, addr), "200"
		altered, err := kadm.NewClient(client).AlterTopicConfigs(t.Context(), []kadm.AlterConfig{{Name: "max.message.bytes", Value: &small}}, c.Decisions)
		if err != nil || altered[0].Err != nil {
			t.Fatal(err, altered)
		}
		poll(t, "told to the broker", func() bool {
			probe := &kgo.Record{Topic: c.Decisions, Value: []byte(noise(1000))} // does not compress
			return errors.Is(client.ProduceSync(t.Context(), probe).FirstErr(), kerr.MessageTooLarge)
		})
		before := len(values(t, c))
		_, err = d.Append(t.Context(), activate(refresh(t, d), workflow.PolicyDocument, "desk", strings.Repeat("x", 1000)))
		if err == nil || errors.As(err, new(*app.UnknownOutcomeError)) || !strings.Contains(err.Error(), "raise the topic's max.message.bytes") {
			t.Errorf("error %v", err)
		}
		if n := len(values(t, c)); n != before {
			t.Errorf("%d records, want %d", n, before)
		}
	})
}

// The largest command arrives everywhere; one byte more is not sent, as nobody could read it.
func TestAppendTheLargestCommand(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		c := newDesk(t, addr)
		d := open(t, c, t.Output())
		s := refresh(t, d)
		cmd := activate(s, workflow.PolicyDocument, "desk", "x")
		value, err := cmd.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		room := workflow.MaxBytes - len(value) + 1
		_, err = d.Append(t.Context(), activate(s, workflow.PolicyDocument, "desk", noise(room+1)))
		if want := fmt.Sprintf("it has %d bytes, at most %d", workflow.MaxBytes+1, workflow.MaxBytes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if v := decide(t, d, activate(s, workflow.PolicyDocument, "desk", noise(room))); v.Sequence != 1 {
			t.Errorf("verdict %+v, want decision 1", v)
		}
		if n := len(values(t, c)); n != 1 {
			t.Errorf("%d records", n)
		}
		verified(t, c)
	})
}

// noise returns letters that no codec makes much smaller.
func noise(n int) string {
	letters := []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return string(text)
}

func TestAppendRefusesWhatIsNoCommand(t *testing.T) {
	c := newDesk(t, embeddedtest.Broker(t))
	d := open(t, c, t.Output())
	if _, err := d.Append(t.Context(), workflow.Command{ID: "1", By: chen, Action: workflow.Approve{Month: march, Run: run}}); err == nil {
		t.Error("a command without a UUID is sent")
	}
	if n := len(values(t, c)); n != 0 {
		t.Errorf("%d records", n)
	}
}

// verified wants no fault in log and copy. The runs of which these tests decide were never calculated.
func verified(t *testing.T, c config.Config) app.LogReport {
	t.Helper()
	r, err := app.VerifyLog(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	faults := slices.DeleteFunc(slices.Clone(r.Faults), func(f app.LogFault) bool { return f.Kind == app.RunMissing })
	if len(faults) != 0 || r.OK != (r.FaultCount == 0) || r.Copied != r.Sequence {
		t.Errorf("report %+v", r)
	}
	return r
}

func transact(t *testing.T, client *kgo.Client, topic string, how kgo.TransactionEndTry, cmd workflow.Command) {
	t.Helper()
	value, err := cmd.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, client, topic, value)
	if err := client.EndTransaction(t.Context(), how); err != nil {
		t.Fatal(err)
	}
}

func produce(t *testing.T, client *kgo.Client, topic string, values ...[]byte) {
	t.Helper()
	for _, v := range values {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Key: []byte(uuid.NewString()), Value: v}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// franz is a franz-go client, closed when the test ends.
func franz(t *testing.T, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(addr))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}
