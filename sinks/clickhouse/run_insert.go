package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

var (
	//go:embed run_agents.sql
	runAgentsSQL string
	//go:embed run_rows.sql
	runRowsSQL string
)

// blockBytes bounds the cards of a block: when their JSON comes to so much, it is sent. A block ends between two agents, so
// what an insert leaves behind is all that its table holds of an agent or nothing.
const blockBytes = 4 << 20

// InsertRun writes a run: the cards, given in order of agents, with their lines and evidence, and last the row of `runs`
// that makes it exist. Memory is one block of cards.
//
// It may be repeated after anything, and done by several at once: a run that exists is left as it is; of one whose writing
// was cut short only the agents that are missing are written, for tokens that stop a second copy are forgotten some day.
// What is there in the end is counted before the run is made to exist.
func (s *Store) InsertRun(ctx context.Context, run closing.Run, cards iter.Seq2[score.Card, error]) error {
	return s.insertRun(ctx, run, cards, blockBytes)
}

func (s *Store) insertRun(ctx context.Context, run closing.Run, cards iter.Seq2[score.Card, error], full int) error {
	op := nameOf("insert", run.Month, run.ID)
	if run.ID == "" {
		return refuse(op, "it has no id")
	}
	row, err := runOf(run)
	if err != nil {
		return refuse(op, "%w", err)
	}
	for attempt := range runAttempts {
		if exists, err := s.hasRun(ctx, run, op); err != nil || exists {
			return err
		}
		w := newRunWriter(s, run, op, full)
		w.attempt = attempt
		whole, err := w.write(ctx, cards)
		if err != nil {
			return err
		}
		if !whole {
			continue
		}
		if err := s.insert(ctx, w.insertion("runs", ""), row); err != nil {
			return err
		}
	}
	if exists, err := s.hasRun(ctx, run, op); err != nil || exists {
		return err
	}
	return refuse(op, "rows of it disappear as soon as they are written")
}

// runAttempts is how often a run is written. Where rows were deleted that were written not long ago, the server still knows
// their tokens and drops the copies: then they are sent under others.
const runAttempts = 3

// write writes what is missing of the cards, and reports whether all is there then.
func (w *runWriter) write(ctx context.Context, cards iter.Seq2[score.Card, error]) (bool, error) {
	if err := w.readWritten(ctx); err != nil {
		return false, err
	}
	for card, err := range cards {
		if err == nil {
			err = w.add(ctx, &card)
		}
		if err != nil {
			return false, err
		}
	}
	if err := w.flush(ctx); err != nil {
		return false, err
	}
	return w.check(ctx)
}

// hasRun reports whether a run exists. One with another result under its id is an error.
func (s *Store) hasRun(ctx context.Context, run closing.Run, op string) (bool, error) {
	before, ok, err := s.Run(ctx, run.Month, run.ID)
	if err != nil || !ok {
		return false, err
	}
	if before.Result != run.Result {
		return false, refuse(op, "there is one with the result %.12s, this one has %.12s", before.Result, run.Result)
	}
	return true, nil
}

// runRows is how many rows of a run there are, or should be, in its tables.
type runRows struct{ cards, lines, evidence int64 }

// runWriter writes the cards of one run, block by block.
type runWriter struct {
	store *Store
	run   closing.Run
	op    string
	full  int // JSON at which a block is sent, in bytes

	attempt  int
	written  written // by an attempt that was cut short
	cards    *cardBlock
	lines    *lineBlock
	evidence *evidenceBlock
	bytes    int     // JSON of the cards in the block
	first    int     // the place among the cards of the first that is in the block
	agents   int     // cards given so far
	last     string  // the last one's agent
	want     runRows // of the cards given so far
}

// written is whose rows a run has in its tables, by agent.
type written struct {
	cards           map[string]string // with their hashes
	lines, evidence map[string]bool
}

func newRunWriter(s *Store, run closing.Run, op string, full int) *runWriter {
	return &runWriter{
		store: s, run: run, op: op, full: full,
		written: written{map[string]string{}, map[string]bool{}, map[string]bool{}},
		cards:   newCardBlock(), lines: newLineBlock(), evidence: newEvidenceBlock(),
	}
}

// readWritten reads whose rows are there already.
func (w *runWriter) readWritten(ctx context.Context) error {
	rows, err := w.store.conn.Query(ctx, runAgentsSQL, runPlace(w.run.Month, w.run.ID)...)
	if err != nil {
		return explain(w.op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, agent, hash string
		if err := rows.Scan(&table, &agent, &hash); err != nil {
			return explain(w.op, err)
		}
		switch table {
		case "cards":
			w.written.cards[agent] = hash
		case "lines":
			w.written.lines[agent] = true
		case "evidence":
			w.written.evidence[agent] = true
		}
	}
	return explain(w.op, rows.Err())
}

// add lays out what is not there yet of a card, and sends the block when it is full.
func (w *runWriter) add(ctx context.Context, card *score.Card) error {
	if w.agents > 0 && card.Agent <= w.last {
		return refuse(w.op, "the card of %q comes after that of %q", card.Agent, w.last)
	}
	serialized, err := card.MarshalJSON()
	if err != nil {
		return refuse(w.op, "write card of %q: %w", card.Agent, err)
	}
	at, hash := runAgent{w.run.Month, w.run.ID, card.Agent}, hashOf(serialized)
	switch before, ok := w.written.cards[card.Agent]; {
	case !ok:
		w.cards.Append(at, card, serialized, hash)
	case before != hash:
		return refuse(w.op, "an attempt that was cut short wrote the card %.12s of %q, this one has %.12s", before, card.Agent, hash)
	}
	w.addLines(at, card)
	w.last = card.Agent
	w.agents++
	if w.bytes += len(serialized); w.bytes < w.full {
		return nil
	}
	return w.flush(ctx)
}

func (w *runWriter) addLines(at runAgent, card *score.Card) {
	w.want.cards++
	w.want.lines += int64(len(card.Lines))
	for i := range card.Lines {
		line := &card.Lines[i]
		if !w.written.lines[card.Agent] {
			w.lines.Append(at, i, line)
		}
		w.want.evidence += int64(len(line.Evidence))
		for n := range line.Evidence {
			if !w.written.evidence[card.Agent] {
				w.evidence.Append(at, i, n, &line.Evidence[n])
			}
		}
	}
}

// flush sends the block's three parts, cards first: where there are lines of an agent there is the card, whose hash says
// what they are of.
func (w *runWriter) flush(ctx context.Context) error {
	place := fmt.Sprintf("/%d-%d", w.first, w.agents-1)
	for _, part := range []struct {
		table string
		block *block
	}{{"cards", &w.cards.block}, {"lines", &w.lines.block}, {"evidence", &w.evidence.block}} {
		if part.block.columns[0].Rows() == 0 {
			continue
		}
		if err := w.store.insert(ctx, w.insertion(part.table, place), part.block); err != nil {
			return err
		}
		part.block.reset()
	}
	w.bytes, w.first = 0, w.agents
	return nil
}

// insertion names an insert by the places of its cards in the run, so that the same block has the same token whoever sends
// it, and one that was cut elsewhere has another. The server chooses the query's id: two may write at once.
func (w *runWriter) insertion(table, place string) insertion {
	token := fmt.Sprintf("run/%s/%s/%s%s", w.run.Month, w.run.ID, table, place)
	if w.attempt > 0 {
		token += fmt.Sprintf("/attempt-%d", w.attempt)
	}
	return insertion{table: table, token: token}
}

// check compares what is there with what was given. It is false where rows are missing.
func (w *runWriter) check(ctx context.Context) (bool, error) {
	if w.agents != w.run.Agents {
		return false, refuse(w.op, "it has %d cards, %d were given", w.run.Agents, w.agents)
	}
	var got runRows
	err := w.store.conn.QueryRow(ctx, runRowsSQL, runPlace(w.run.Month, w.run.ID)...).Scan(&got.cards, &got.lines, &got.evidence)
	if err != nil {
		return false, explain(w.op, err)
	}
	if got.cards > w.want.cards || got.lines > w.want.lines || got.evidence > w.want.evidence {
		return false, refuse(w.op, "the tables have %+v rows of it, want %+v: rows of an attempt that was cut short were changed, or another version of the program writes it as well", got, w.want)
	}
	return got == w.want, nil
}
