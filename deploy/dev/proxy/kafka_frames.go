package proxy

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// request is the head of a request whose answer is still to come. Brokers answer in the order of the requests.
type request struct {
	key     kmsg.Key
	version int16
}

// inFlight bounds the requests of one connection that have no answer yet.
const inFlight = 1000

// relay passes on requests and answers, frame by frame.
func (k *Kafka) relay(c *connection) {
	asked := make(chan request, inFlight)
	var up sync.WaitGroup
	up.Go(func() {
		k.requests(c, asked)
		c.finish()
	})
	k.answers(c, asked)
	c.cut()
	up.Wait()
}

// requests passes on what clients ask.
func (k *Kafka) requests(c *connection, asked chan<- request) {
	for {
		frame, err := readFrame(c.client)
		if err != nil || len(frame) < 8 {
			return
		}
		r := request{kmsg.Key(binary.BigEndian.Uint16(frame[4:])), int16(binary.BigEndian.Uint16(frame[6:]))}
		if at, ok := k.reached(r.key, Before); ok {
			at.act()
			c.cut()
			close(at.done)
			return
		}
		if !answerless(r.key, frame) {
			select {
			case asked <- r:
			case <-c.done:
				return
			}
		}
		if c.pass(c.server, frame) != nil {
			return
		}
	}
}

// answerless reports whether the broker answers nothing: records that are produced without acknowledgement.
func answerless(key kmsg.Key, frame []byte) bool {
	if key != kmsg.Produce {
		return false
	}
	produce := kmsg.NewPtrProduceRequest()
	produce.Version = int16(binary.BigEndian.Uint16(frame[6:]))
	body := 4 + 8 + 2
	if n := int16(binary.BigEndian.Uint16(frame[12:])); n > 0 { // the client's id
		body += int(n)
	}
	if produce.IsFlexible() {
		body++ // no tags in the head
	}
	return body <= len(frame) && produce.ReadFrom(frame[body:]) == nil && produce.Acks == 0
}

// answers passes on what brokers answer, with the proxies' addresses. It goes on reading when the client has gone.
func (k *Kafka) answers(c *connection, asked <-chan request) {
	gone := false
	for {
		frame, err := readFrame(c.server)
		if err != nil {
			_ = c.free()
			return
		}
		var to request
		select {
		case to = <-asked:
		default: // an answer that nobody has asked for
			return
		}
		if frame, err = k.rewrite(to, frame); err != nil {
			return
		}
		if at, ok := k.reached(to.key, Answered); ok {
			at.act()
			c.cut()
			close(at.done)
			return
		}
		if at, ok := k.reached(to.key, During); ok {
			_ = c.pass(c.client, frame[:len(frame)/2])
			at.act()
			c.cut()
			close(at.done)
			return
		}
		if !gone {
			gone = c.pass(c.client, frame) != nil
		}
	}
}

// rewrite puts the proxies' addresses into answers that name brokers.
func (k *Kafka) rewrite(to request, frame []byte) ([]byte, error) {
	var answer kmsg.Response
	switch to.key {
	case kmsg.Metadata, kmsg.FindCoordinator, kmsg.DescribeCluster:
		answer = to.key.Response()
	default:
		return frame, nil
	}
	answer.SetVersion(to.version)
	head := 8
	if answer.IsFlexible() {
		head++ // no tags in the head
	}
	if len(frame) < head {
		return nil, fmt.Errorf("answer to %s is short", to.key.Name())
	}
	if err := answer.ReadFrom(frame[head:]); err != nil {
		return nil, fmt.Errorf("answer to %s: %w", to.key.Name(), err)
	}
	if err := k.replace(answer); err != nil {
		return nil, err
	}
	out := answer.AppendTo(frame[:head:head])
	binary.BigEndian.PutUint32(out, uint32(len(out)-4))
	return out, nil
}

// replace puts the proxies' addresses into an answer.
func (k *Kafka) replace(answer kmsg.Response) error {
	switch a := answer.(type) {
	case *kmsg.MetadataResponse:
		for i := range a.Brokers {
			if err := k.place(&a.Brokers[i].Host, &a.Brokers[i].Port); err != nil {
				return err
			}
		}
	case *kmsg.DescribeClusterResponse:
		for i := range a.Brokers {
			if err := k.place(&a.Brokers[i].Host, &a.Brokers[i].Port); err != nil {
				return err
			}
		}
	case *kmsg.FindCoordinatorResponse:
		if err := k.place(&a.Host, &a.Port); err != nil {
			return err
		}
		for i := range a.Coordinators {
			if err := k.place(&a.Coordinators[i].Host, &a.Coordinators[i].Port); err != nil {
				return err
			}
		}
	}
	return nil
}
