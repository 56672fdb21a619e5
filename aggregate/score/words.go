package score

import (
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// words are what people call the names that events use, as the policy's vocabulary says.
type words struct {
	subjects, findings, leaves map[string]document.Title
}

func newWords(v policy.Vocabulary) words {
	return words{titles(v.Subjects), titles(v.Findings), titles(v.Leaves)}
}

func titles(terms []policy.Term) map[string]document.Title {
	all := make(map[string]document.Title, len(terms))
	for _, t := range terms {
		all[t.ID] = t.Title
	}
	return all
}

// titleOf returns what people call a name; one that the policy does not know is its own title.
func titleOf(known map[string]document.Title, name string) document.Title {
	if t, ok := known[name]; ok {
		return t
	}
	return document.Title{ZH: name, EN: name}
}

// complaints is how it is told who complained.
var complaints = map[string]document.Title{
	"customer":  {ZH: "客户投诉", EN: "complaint of a customer"},
	"colleague": {ZH: "同事投诉", EN: "complaint of a colleague"},
	"abroad":    {ZH: "国外投诉", EN: "complaint from abroad"},
}

// about says what an incident is about, and who complained.
func (w words) about(f rule.IncidentFacts) document.Title {
	var zh, en []string
	for _, subject := range f.Subjects {
		t := titleOf(w.subjects, subject)
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	about := document.Title{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	if f.Complainant == "" {
		return about
	}
	who := titleOf(complaints, f.Complainant)
	return document.Title{ZH: about.ZH + "；" + who.ZH, EN: about.EN + "; " + who.EN}
}
