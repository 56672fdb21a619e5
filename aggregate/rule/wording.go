package rule

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// What rules say to people, in Chinese and English. The number comes first where it matters.

func titled(zh, en string, args ...any) document.Title {
	return document.Title{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// scopes in words.
func (s Scope) words(points amount.Points) document.Title {
	if s == OfSection {
		return titled("本部分 %s 分", "%s points of the section", Short(points))
	}
	return titled("本项 %s 分", "%s points of the item", Short(points))
}

// Short returns points without decimals that are zero, as in prose.
func Short(p amount.Points) string {
	return strings.TrimSuffix(strings.TrimSuffix(p.String(), "0"), ".0")
}

// operators in words.
func (op Operator) words() document.Title {
	if op == Above {
		return document.Title{ZH: "超过", EN: "more than"}
	}
	return document.Title{ZH: "至少", EN: "at least"}
}

// describe names an incident: its id, what it was about, and when it counts.
func (i *Incident) describe() document.Title {
	date := i.Date.String()
	return document.Title{ZH: i.Facts.ID + "（" + i.About.ZH + "；" + date + "）", EN: i.Facts.ID + " (" + i.About.EN + "; " + date + ")"}
}

func incidentNames(incidents []*Incident) []string {
	var names []string
	for _, i := range incidents {
		names = append(names, i.Facts.ID)
	}
	return names
}

// titledWith puts words of each language into the format of that language.
func titledWith(zh, en string, words document.Title) document.Title {
	return document.Title{ZH: fmt.Sprintf(zh, words.ZH), EN: fmt.Sprintf(en, words.EN)}
}
