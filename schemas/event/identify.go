package event

import "reflect"

// Identify returns the data with the id of every person that it names replaced by what id returns for it, and whether one
// was; empty members stay empty. The data given is never changed. Who the envelope's subject is, is not its business: the
// subject is part of the event's identity.
func Identify(data Data, id func(string) string) (Data, bool) {
	t := TypeOf(data)
	if t == nil {
		return data, false
	}
	old := reflect.ValueOf(data)
	var changed reflect.Value
	for _, i := range t.people {
		was := old.Field(i).String()
		if was == "" {
			continue
		}
		is := id(was)
		if is == was {
			continue
		}
		if !changed.IsValid() {
			changed = reflect.New(t.goType).Elem()
			changed.Set(old)
		}
		changed.Field(i).SetString(is)
	}
	if !changed.IsValid() {
		return data, false
	}
	return changed.Interface(), true
}

// peopleIn returns the members that name a person, by their index in the Go struct.
func peopleIn(fields []field) []int {
	var all []int
	for _, f := range fields {
		if f.person {
			all = append(all, f.index)
		}
	}
	return all
}
