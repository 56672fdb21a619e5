package event

import "reflect"

// MaxKnown is the most texts a decoder remembers.
const MaxKnown = maxKnown

// KnownTexts returns how many texts a decoder remembers.
func KnownTexts(d *Decoder) int { return len(d.texts.known) }

// Declare reads the tags of a type's struct, as registering it does.
func Declare[T any]() { fieldsOf(reflect.TypeFor[T]()) }
