package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// args is the words of a statement after its name, as they are read. The first problem ends the statement: what follows
// would be guessed.
type args struct {
	p      *parser
	line   *line
	next   int
	failed bool
	date   calendar.Date // latest date said, for times without one
	known  []string      // words that may begin a clause here
}

func (p *parser) args(l *line) *args { return &args{p: p, line: l, next: 1} }

func (a *args) fail(at document.Position, format string, args ...any) {
	if !a.failed {
		a.p.Problem(at, format, args...)
	}
	a.failed = true
	a.next = len(a.line.words)
}

// failWant says that something else should stand at the next word.
func (a *args) failWant(want string) {
	if w, ok := a.peek(); ok {
		a.fail(w.at, "%q: want %s", w.text, want)
		return
	}
	last := a.line.words[len(a.line.words)-1]
	a.fail(last.at, "want %s after %q", want, last.text)
}

func (a *args) peek() (word, bool) {
	if a.next >= len(a.line.words) {
		return word{}, false
	}
	return a.line.words[a.next], true
}

// take returns the next word.
func (a *args) take(want string) word {
	w, ok := a.peek()
	if !ok {
		a.failWant(want)
		return word{at: a.line.at()}
	}
	a.next++
	return w
}

// parsed returns what parse makes of the next word. A parse that says no is a problem that names what is wanted.
func parsed[T any](a *args, want string, parse func(string) (T, bool)) T {
	w, ok := a.peek()
	var none T
	if ok && !w.quoted {
		if v, ok := parse(w.text); ok {
			a.next++
			return v
		}
	}
	a.failWant(want)
	return none
}

// has takes the next word if it is the keyword.
func (a *args) has(keyword string) bool {
	w, ok := a.peek()
	if !ok || w.quoted || w.text != keyword {
		return false
	}
	a.next++
	return true
}

// want takes the keyword that must follow.
func (a *args) want(keyword string) {
	if !a.has(keyword) {
		a.failWant(strconv.Quote(keyword))
	}
}

// end says that the statement is over.
func (a *args) end() {
	if w, ok := a.peek(); ok {
		a.fail(w.at, "%q: the statement %q ends before this", w.text, a.line.words[0].text)
	}
}

// clauses are the keywords that may follow in any order, each with what reads its values.
type clauses map[string]func()

// clauses reads the rest of the statement. A keyword stands there once, unless it is one of many.
func (a *args) clauses(once, many clauses) {
	seen := map[string]bool{}
	a.known = slices.Concat(keys(once), keys(many))
	for !a.failed {
		w, ok := a.peek()
		if !ok {
			return
		}
		a.next++
		read := once[w.text]
		switch {
		case w.quoted:
			read = nil
		case read == nil:
			read = many[w.text]
		case seen[w.text]:
			a.fail(w.at, "%q stands here twice", w.text)
			return
		}
		if read == nil {
			a.fail(w.at, "unknown word %q%s; there may follow: %s", w.text, document.Suggest(w.text, a.known), listed(a.known))
			return
		}
		seen[w.text] = true
		read()
	}
}

// listed names what may stand somewhere.
func listed(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// text returns a text, in quotes or a single word.
func (a *args) text(want string) string {
	w := a.take(want)
	if !a.failed && strings.TrimSpace(w.text) == "" {
		a.fail(w.at, "the text is empty: want %s", want)
	}
	return w.text
}

// reason returns the text in quotes that may follow.
func (a *args) reason() string {
	if w, ok := a.peek(); ok && w.quoted {
		a.next++
		return w.text
	}
	return ""
}

// agent returns the id of an agent, which some statement declares.
func (a *args) agent() string { return a.mention(false) }

// agentOrNobody returns "" for nobody.
func (a *args) agentOrNobody() string {
	if id := a.mention(true); id != nobody {
		return id
	}
	return ""
}

func (a *args) mention(nobodyToo bool) string {
	w := a.take("an agent")
	if !a.failed {
		a.p.names = append(a.p.names, mention{w, nobodyToo, a})
	}
	return w.text
}

// toldConversation returns the id of a conversation, which some statement tells.
func (a *args) toldConversation() string {
	w := a.take("a conversation")
	if !a.failed {
		a.p.s.mentioned = append(a.p.s.mentioned, w)
	}
	return w.text
}

// list returns names separated by commas or "and". After a comma and a blank, a word that may begin a clause begins one.
func (a *args) list(want string) []word {
	var all []word
	for more := true; more && !a.failed; more = a.goesOn() {
		all = append(all, a.names(want)...)
	}
	return all
}

// goesOn reports whether a list does.
func (a *args) goesOn() bool {
	w, ok := a.peek()
	if !ok || a.failed {
		return false
	}
	if a.line.words[a.next-1].comma {
		return w.quoted || !slices.Contains(a.known, w.text)
	}
	return a.has("and")
}

// names returns the names in the next word; one in quotes is a name as it is.
func (a *args) names(want string) []word {
	w := a.take(want)
	if w.quoted {
		return []word{w}
	}
	var all []word
	column := w.at.Column
	for name := range strings.SplitSeq(w.text, ",") {
		if name == "" && !a.failed {
			a.fail(w.at, "%q: want %s, separated by commas", w.text, want)
		}
		all = append(all, word{text: name, at: document.Position{Line: w.at.Line, Column: column}})
		column += len([]rune(name)) + 1
	}
	return all
}

// keys returns the keywords in order.
func keys(c clauses) []string { return slices.Sorted(maps.Keys(c)) }

// unique notes a name that stands for one thing of its kind.
func (a *args) unique(what string, w word) {
	key := what + " " + w.text
	if first := a.p.ids[key]; first > 0 {
		a.fail(w.at, "%s %q stands here twice, first in line %d", what, w.text, first)
		return
	}
	if a.p.ids == nil {
		a.p.ids = map[string]int{}
	}
	a.p.ids[key] = w.at.Line
}
