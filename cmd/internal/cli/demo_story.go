package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/ingest/simulate"
)

// The demo tells of a fixed month, which is over and whose holidays are known: whoever runs it, and whenever, sees the same.
const (
	demoPolicy = "express-cs"
	demoMonth  = "2024-03"
)

// The folders of its payrolls.
const (
	payrollFolder  = "march"
	adjustedFolder = "adjusted"
)

// demonstration is the story that the demo tells.
type demonstration struct {
	env       Env
	config    config.Config
	data, out string // folders
	seed      uint64

	month     *simulate.Month
	published string // result hash
	best      string // id of the agent with the most points
	hardest   string // id of the agent with the fewest, some of whose incidents count under one rule and not under another
}

func newDemonstration(env Env, c config.Config, f demoFlags) *demonstration {
	// What somebody's shell has set for their own deskpulse must not change what the demo shows.
	getenv := env.Getenv
	env.Getenv = func(name string) string {
		if strings.HasPrefix(name, "DESKPULSE_") {
			return ""
		}
		return getenv(name)
	}
	return &demonstration{env: env, config: c, data: f.data, out: f.out, seed: f.seed}
}

// tell tells it from the first event to the end.
func (d *demonstration) tell(ctx context.Context) error {
	fmt.Fprintf(d.env.Out, "\n%s\n", wrap("", fmt.Sprintf("Each command is run as it stands here, with the flag --data added. %s is what was left out: parts of what it prints, and what differs from run to run, which are instants and random ids.", left)))
	for _, c := range []struct {
		title string
		tell  func(context.Context) error
	}{
		{"A month of events arrives through Kafka", d.arrive},
		{"The month is calculated: what only people can say is missing", d.calculate},
		{"A supervisor says it, on the sheet of what is missing", d.score},
		{"Calculated again, everybody has points, a grade and pay", d.rank},
		{"Why so few? Each line of a card says what it counts, why, and by which reading of the rules", d.explain},
		{"Somebody else approves, the cards are published, finance gets the payroll", d.pay},
		{"Weeks later a complaint of March is heard of", d.hear},
		{"The published month stays as it is; the difference is an adjustment that somebody approves", d.adjust},
		{"Can it be trusted?", d.prove},
	} {
		fmt.Fprintf(d.env.Out, "\n# %s\n", c.title)
		if err := c.tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// tellAll shows steps one after the other.
func (d *demonstration) tellAll(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := d.show(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (d *demonstration) arrive(ctx context.Context) (err error) {
	desk := simulate.Default(demoMonth)
	desk.Seed = d.seed
	if d.month, err = simulateMonth(ctx, d.env, d.config, desk); err != nil {
		return err
	}
	x := d.month.Expected
	fmt.Fprintf(d.env.Out, "\n%s\n", wrap("", fmt.Sprintf("%s records of %s: chats, calls, e-mails, incidents, reviews, attendance; %s copies, %s late, %s contradictory, %s taken back, %s invalid.",
		groups(x.Records), demoMonth, groups(x.Duplicates), groups(x.Late), groups(x.Conflicting), groups(x.Retracted), groups(x.Rejected))))
	return d.show(ctx, arrived)
}

// arrived waits until everything that is in Kafka is in ClickHouse.
var arrived = step{args: "verify ingest --wait 2m", without: []string{"stream "}}

func (d *demonstration) calculate(ctx context.Context) error {
	return d.show(ctx, step{args: "close --policy " + demoPolicy + " --month " + demoMonth, want: ExitUnclean,
		without: []string{"team ", "agent ", "· Proposal", "· To be", "Run "}})
}

func (d *demonstration) score(ctx context.Context) error {
	const missing = "score missing --month " + demoMonth + " --output csv"
	sheet, err := d.run(ctx, ExitOK, "", strings.Fields(missing)...)
	if err != nil {
		return err
	}
	if sheet, err = fillSheet(sheet, d.seed); err != nil {
		return err
	}
	fmt.Fprintf(d.env.Out, "\n$ deskpulse %s > sheet.csv    # then filled in:\n", missing)
	for i, line := range strings.Split(sheet, "\n") {
		if i > 4 {
			break
		}
		fmt.Fprintln(d.env.Out, ellipsis(printable(line), maxWidth, false))
	}
	fmt.Fprintln(d.env.Out, left)
	return d.show(ctx, step{args: "score import - --month " + demoMonth + " --by chen:supervisor", in: sheet, from: "sheet.csv"})
}

func (d *demonstration) rank(ctx context.Context) error {
	return d.show(ctx, step{args: "close --month " + demoMonth})
}

// explain shows a card on which much happened.
func (d *demonstration) explain(ctx context.Context) error {
	if err := d.choose(ctx); err != nil {
		return err
	}
	return d.show(ctx, step{args: "card --month " + demoMonth + " --agent " + d.hardest})
}

// choose finds those of whom the story tells.
func (d *demonstration) choose(ctx context.Context) error {
	f := deskFlags{target: target{data: d.data}}
	return f.at(ctx, d.env, func(desk *monthend.Desk) error {
		months, err := desk.Months(ctx, demoPolicy)
		if err != nil {
			return err
		}
		closed, err := desk.Stored(ctx, months[0])
		if err != nil {
			return err
		}
		d.published = closed.Run.Result
		var low, high amount.Points
		for card, err := range desk.Cards(ctx, closed) {
			switch {
			case err != nil:
				return err
			case card.Total == nil:
				return fmt.Errorf("the card of %s has no total", card.Agent)
			}
			if d.best == "" || *card.Total > high {
				d.best, high = card.Agent, *card.Total
			}
			if claimed(&card) && (d.hardest == "" || *card.Total < low) {
				d.hardest, low = card.Agent, *card.Total
			}
		}
		d.hardest = cmp.Or(d.hardest, d.best)
		return nil
	})
}

// claimed reports whether an incident counts under one rule and therefore not under another.
func claimed(c *score.Card) bool {
	return slices.ContainsFunc(c.Lines, func(l score.Line) bool { return len(l.ClaimedBy) > 0 })
}

func (d *demonstration) pay(ctx context.Context) error {
	return d.tellAll(ctx,
		step{args: "approve --month " + demoMonth + " --by wang:leader"},
		step{args: "publish --month " + demoMonth + " --by chen:supervisor"},
		step{args: "export --month " + demoMonth + " --out $OUT/" + payrollFolder + " --by zhou:finance", without: []string{"file "}},
	)
}

// errChanged says that a number changed after it was published.
var errChanged = errors.New("the published month is another one than before the late complaint")

// prove checks everything once more, and against what the generator knows.
func (d *demonstration) prove(ctx context.Context) error {
	err := d.tellAll(ctx, step{args: "verify close --month " + demoMonth}, step{args: "verify log"})
	if err != nil {
		return err
	}
	now, err := ask[closedJSON](ctx, d, ExitOK, "close", "--month", demoMonth)
	if err != nil {
		return err
	}
	if now.Run.ResultHash != d.published {
		return errChanged
	}
	f, err := d.look(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.env.Out)
	if err := compareWithTruth(d.env, d.month.Expected, f); err != nil {
		return err
	}
	fmt.Fprintf(d.env.Out, "result hash of seed %d: %s\n", d.seed, d.published)
	return nil
}
