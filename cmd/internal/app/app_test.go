package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestClosersCloseTheLastOpenedFirst(t *testing.T) {
	var log bytes.Buffer
	var order []string
	open := closers{logger: slog.New(slog.NewTextHandler(&log, nil))}
	for _, name := range []string{"folder", "engine", "ingest"} {
		open.push(name, time.Second, func(context.Context) error {
			order = append(order, name)
			if name == "engine" {
				return errors.New("killed")
			}
			return nil
		})
	}
	open.close()
	open.close() // closes nothing twice
	if diff := cmp.Diff(order, []string{"ingest", "engine", "folder"}); diff != "" {
		t.Errorf("order (-got, +want):\n%s", diff)
	}
	if !strings.Contains(log.String(), "part=engine err=killed") {
		t.Errorf("the error is not logged: %s", log.String())
	}
}

func TestClosersDoNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := closers{logger: slog.New(slog.DiscardHandler)}
		closed, hang := false, make(chan struct{})
		open.push("folder", time.Second, func(context.Context) error { closed = true; return nil })
		open.push("deaf", 5*time.Second, func(context.Context) error { <-hang; return nil })
		began := time.Now()
		open.close()
		if took := time.Since(began); !closed || took != 6*time.Second {
			t.Errorf("closed %v after %v, want true after 6s", closed, took)
		}
		close(hang)
	})
}

// away is an error as a store's are.
type away struct{ permanent, unexplained bool }

func (a away) Error() string     { return "server is away" }
func (a away) Permanent() bool   { return a.permanent }
func (a away) Unexplained() bool { return a.unexplained }

func TestRetry(t *testing.T) {
	for _, test := range []struct {
		name     string
		attempts []error // then nil
		lines    int     // in the log
		tries    int
		want     error
	}{
		{name: "at once", tries: 1},
		{name: "a moment away", attempts: []error{away{}, away{}}, lines: 2, tries: 3},
		{name: "permanent", attempts: []error{away{}, away{permanent: true}}, lines: 1, tries: 2, want: away{permanent: true}},
		{name: "nobody knows", attempts: []error{away{unexplained: true}}, tries: 1, want: away{unexplained: true}},
		{name: "not a store's", attempts: []error{context.Canceled}, tries: 1, want: context.Canceled},
		// 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 + 5 ...: a line at the start, and one after 10 s each
		{name: "a minute away", attempts: slices.Repeat([]error{away{}}, 100), lines: 6, tries: 18, want: context.DeadlineExceeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var log bytes.Buffer
				tries := 0
				err := retry(ctx, slog.New(slog.NewTextHandler(&log, nil)), "migrate", passingStore, func(context.Context) error {
					tries++
					if tries <= len(test.attempts) {
						return test.attempts[tries-1]
					}
					return nil
				})
				if !errors.Is(err, test.want) {
					t.Errorf("error %v, want %v", err, test.want)
				}
				if lines := strings.Count(log.String(), "\n"); tries != test.tries || lines != test.lines {
					t.Errorf("%d tries and %d lines, want %d and %d:\n%s", tries, lines, test.tries, test.lines, log.String())
				}
			})
		})
	}
}
