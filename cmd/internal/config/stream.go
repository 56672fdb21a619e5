package config

import (
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Stream is one topic and how its events are read.
type Stream struct {
	// Name is part of every position; never change it while data of it is kept.
	Name string `yaml:"name"`
	// Topic is the Kafka topic; each topic belongs to one stream.
	Topic string `yaml:"topic"`
	// Company says whose events they are; it is part of every key.
	Company string `yaml:"company"`
	// Zone is the IANA zone in which the local date of an event is read that names none.
	Zone string `yaml:"zone"`
	// Epoch is raised by one when the topic was deleted and created again, so that offsets that begin anew are never
	// taken for the old ones.
	Epoch uint32 `yaml:"epoch"`
	// Backward is how far before its append time an event may lie; 0 is any distance.
	Backward time.Duration `yaml:"backward"`
	// Forward is how far after its append time an event may lie.
	Forward time.Duration `yaml:"forward"`
	// Keep lists data members that are stored although the schema does not know them.
	Keep []string `yaml:"keep,omitempty"`
	// MaxBytes is the largest key and value of a record together; a larger record is rejected.
	MaxBytes int `yaml:"max_bytes"`
}

// DefaultStream returns what a stream is where the file does not say; name and topic have no default.
func DefaultStream() Stream {
	return Stream{
		Company: "default", Zone: "UTC",
		Backward: event.DefaultBackward, Forward: event.DefaultForward, MaxBytes: event.DefaultMaxBytes,
	}
}

// defaultStreams are the live stream, and the one for months long past, which is not bound backwards.
func defaultStreams() []Stream {
	events, imports := DefaultStream(), DefaultStream()
	events.Name, events.Topic = "events", "events"
	imports.Name, imports.Topic, imports.Backward = "imports", "imports", 0
	return []Stream{events, imports}
}

// UnmarshalYAML fills in the defaults before what the file says. Without it a member of a list would begin as zeros, and
// a stream that does not mention backward would have no bound.
func (s *Stream) UnmarshalYAML(unmarshal func(any) error) error {
	type plain Stream
	p := plain(DefaultStream())
	if err := unmarshal(&p); err != nil {
		return err
	}
	*s = Stream(p)
	return nil
}

// Event returns the stream in the terms of its readers.
func (s Stream) Event() event.Stream {
	return event.Stream{
		Name: s.Name, Topic: s.Topic, Company: s.Company, Zone: s.Zone, Epoch: s.Epoch,
		Backward: s.Backward, Forward: s.Forward, Keep: s.Keep, MaxBytes: s.MaxBytes,
	}
}

// EventStreams returns every stream in the terms of its readers.
func (c *Config) EventStreams() []event.Stream {
	out := make([]event.Stream, len(c.Streams))
	for i, s := range c.Streams {
		out[i] = s.Event()
	}
	return out
}

func validateStreams(streams []Stream) error {
	if len(streams) == 0 {
		return errors.New("streams: at least one is needed")
	}
	var errs []error
	names, topics := map[string]bool{}, map[string]bool{}
	for i, s := range streams {
		path := fmt.Sprintf("streams[%d]", i)
		if err := s.Event().Validate(); err != nil {
			errs = append(errs, under(path, err))
		}
		if names[s.Name] {
			errs = append(errs, fmt.Errorf("%s.name: %q is taken by another stream", path, s.Name))
		}
		if topics[s.Topic] {
			errs = append(errs, fmt.Errorf("%s.topic: %q is read by another stream", path, s.Topic))
		}
		names[s.Name], topics[s.Topic] = true, true
	}
	return errors.Join(errs...)
}
