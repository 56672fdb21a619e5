package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// replayVariable tells this binary to be a replay; its value is a childSpec in JSON.
const replayVariable = "DESKPULSE_APP_REPLAY"

// runReplayChild is the process. It says how far it is, a line before each transaction.
func runReplayChild(text string) {
	var s childSpec
	err := json.Unmarshal([]byte(text), &s)
	if err == nil {
		db := embeddedtest.DB{Endpoint: embedded.Endpoint{Native: s.ClickHouse, User: s.User, Password: s.Password}, Name: s.Database}
		c := deskConfig(s.Broker, s.Topic, db)
		mend(&c)
		cfg := app.ReplayConfig{Filter: clickhouse.OutstandingFilter{Limit: 10_000}, Wait: time.Minute, Piece: 3}
		_, err = app.Replay(context.Background(), c, cfg, func(what string, done, _ int64) {
			if what == "replay" {
				fmt.Fprintln(os.Stdout, done)
			}
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// killedReplay starts a replay in a process of its own and kills it a while after its n-th line.
func killedReplay(t *testing.T, w *replayWorld, n int, after time.Duration) {
	t.Helper()
	text, err := json.Marshal(specOf(w.config))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), replayVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range n {
		if !lines.Scan() {
			t.Fatal("the replay ended before it was killed")
		}
	}
	<-time.After(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}
