// Package aggregate holds the stage from facts to points, one folder a step:
//
//	amount, calendar   exact quantities; dates, months and zones
//	turn               the one fold from events to facts
//	roster             who belongs where, and who worked when
//	metric             the catalogue of what is measured
//	policy             how a department assesses, and the decisions on ambiguous text
//	score              the arithmetic of the rules
//
// All of it is pure: events, month and policy come in, tables go out; no clock, no I/O. The tests here state that, and who
// may import whom in the whole module.
package aggregate
