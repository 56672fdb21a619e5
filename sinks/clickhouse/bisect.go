package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// refusedFew is how many rows of one range may be found guilty whatever their share is. Beyond, when more than half of the
// range is guilty, it is the table that is wrong rather than the rows, and the search would cost the server too much.
const refusedFew = 10

// Refused returns the rows of the batch that the table `events` refuses: their offsets, and what the server says of each.
// Nothing is inserted into `events`: halves of the batch are sent to a scratch table of the partition that has the same
// columns and constraints and keeps nothing, until every guilty row stands alone, or the server names it. A result without
// rows says that the scratch table takes them all: `events` has changed meanwhile, or it is not the table that refuses but, say, a
// materialized view on it.
//
// The inserts have query ids under the partition's prefix, so that Cancel ends them. Tell, if it is not nil, is told after
// each how many there were: a search among many guilty rows takes minutes.
func (s *Store) Refused(ctx context.Context, batch *event.Batch, tell func(probes int)) (map[int64]string, error) {
	b := &bisection{store: s, batch: batch, tell: tell, table: scratchName(batch.Partition), guilty: map[int64]string{}}
	if batch.Rows.Len() == 0 {
		return b.guilty, nil
	}
	b.op = fmt.Sprintf("look for the refused rows of %s/%s in %s", batch.Partition, batch.Range, b.table)
	if err := b.define(ctx, scratchDropSQL); err != nil {
		return nil, err
	}
	if err := b.define(ctx, scratchCreateSQL); err != nil {
		return nil, err
	}
	err := b.search(ctx)
	if dropped := b.define(ctx, scratchDropSQL); err == nil { // else it is the search's error that counts
		err = dropped
	}
	return b.guilty, err
}

// bisection is one search for guilty rows.
type bisection struct {
	store   *Store
	batch   *event.Batch
	op      string
	table   string
	inserts int // made so far; the number makes query ids distinct
	tell    func(probes int)
	guilty  map[int64]string
}

func (b *bisection) search(ctx context.Context) error {
	all := make([]int, b.batch.Rows.Len())
	for i := range all {
		all[i] = i
	}
	words, err := b.try(ctx, all)
	if err != nil || words == "" {
		return err
	}
	if err := b.sample(ctx, all); err != nil {
		return err
	}
	return b.isolate(ctx, all, words)
}

// A sample is this many rows, and says that most rows are guilty when so many of them are: so many would be one in a
// thousand times where exactly half are, and hardly ever where fewer are.
const (
	sampleRows   = 64
	sampleGuilty = 44
)

// golden spreads the rows of a sample over a batch whatever period there is in it.
const golden = 0.6180339887498949

// sample asks for some rows from all over a batch one by one, before a search that would take an hour to find most of them
// guilty, and calls that an error. It ends as soon as it looks well. What is left of a range after a crash may well be its
// guilty rows alone; then nothing is asked.
func (b *bisection) sample(ctx context.Context, rows []int) error {
	if n := int64(len(rows)); n < 4*sampleRows || 2*n <= b.batch.Range.Len() {
		return nil
	}
	last, guilty := "", 0
	for i := range sampleRows {
		_, at := math.Modf(golden * float64(i))
		n := int(at * float64(len(rows)))
		words, err := b.try(ctx, rows[n:n+1])
		if err != nil {
			return err
		}
		if words != "" {
			last, guilty = words, guilty+1
		}
		if i >= 4 && 2*guilty <= i {
			return nil
		}
	}
	if guilty < sampleGuilty {
		return nil
	}
	return b.tooMany(last)
}

// smallRun is how many rows are searched for the row that the server names; more are halved first, because each answer
// costs an insert of what is left.
const smallRun = 4096

// isolate finds the guilty among rows of the batch of which some are, by the server's words.
func (b *bisection) isolate(ctx context.Context, rows []int, words string) error {
	switch {
	case len(rows) == 1:
		return b.convict(rows[0], words)
	case len(rows) <= smallRun && words != "":
		return b.follow(ctx, inTableOrder(b.pick(rows), rows), words)
	}
	return b.halve(ctx, rows)
}

// halve looks into both halves.
func (b *bisection) halve(ctx context.Context, rows []int) error {
	left, right := rows[:len(rows)/2], rows[len(rows)/2:]
	words, err := b.try(ctx, left)
	if err != nil {
		return err
	}
	if words != "" {
		if err := b.isolate(ctx, left, words); err != nil {
			return err
		}
	} else if len(right) > smallRun { // the guilty must be there: no need to ask
		return b.halve(ctx, right)
	}
	if words, err = b.try(ctx, right); err != nil || words == "" {
		return err
	}
	return b.isolate(ctx, right, words)
}

// follow goes from one row that the server names to the next, two inserts for each. A row that is named must be refused
// alone as well; where none is, or it is another one's fault, halving helps. Rows before the named one are innocent of
// what it is guilty of. If they are guilty of something else the real insert is refused once more, and a search finds them.
func (b *bisection) follow(ctx context.Context, rows []int, words string) error {
	for words != "" {
		if len(rows) == 1 {
			return b.convict(rows[0], words)
		}
		at, ok := rowNamed(words)
		if !ok || at >= len(rows) {
			return b.halve(ctx, rows)
		}
		own, err := b.try(ctx, rows[at:at+1])
		if err != nil {
			return err
		}
		if own == "" {
			return b.halve(ctx, rows)
		}
		if err := b.convict(rows[at], own); err != nil {
			return err
		}
		if rows = rows[at+1:]; len(rows) == 0 {
			return nil
		}
		if words, err = b.try(ctx, rows); err != nil {
			return err
		}
	}
	return nil
}

// convict notes a guilty row.
func (b *bisection) convict(row int, words string) error {
	b.guilty[b.batch.Rows.Offset[row]] = words
	if n := len(b.guilty); n <= refusedFew || 2*int64(n) <= b.batch.Range.Len() {
		return nil
	}
	return b.tooMany(words)
}

func (b *bisection) tooMany(words string) error {
	return &Error{Op: b.op, Class: ClassPermanent, Err: fmt.Errorf("too many rows are refused, the last one so: %s", words),
		Hint: "it is the table that is wrong, not the rows: drop what refuses them"}
}

// try sends rows to the scratch table and returns what the server says against them, "" if it takes them.
func (b *bisection) try(ctx context.Context, rows []int) (words string, err error) {
	b.inserts++
	i := insertionOf(b.batch.Partition, b.batch.Range, "scratch", b.inserts)
	i.table, i.token = b.table, ""
	err = b.store.insertSorted(ctx, i, b.pick(rows))
	if b.tell != nil {
		b.tell(b.inserts)
	}
	e := new(Error)
	switch {
	case !errors.As(err, &e):
		return "", err
	case e.Data():
		return b.detail(e), nil
	case taken(e):
		e.Class, e.Hint = ClassRetry, hintTaken
	}
	e.Op = b.op
	return "", e
}

// pick returns the batch with these rows alone.
func (b *bisection) pick(rows []int) *event.Batch {
	if len(rows) == b.batch.Rows.Len() {
		return b.batch
	}
	out := &event.Batch{Partition: b.batch.Partition, Range: b.batch.Range}
	for _, i := range rows {
		row := b.batch.Rows.At(i)
		out.Rows.Add(&row)
	}
	return out
}
