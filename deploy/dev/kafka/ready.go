package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	client "github.com/segmentio/kafka-go"
)

// errIncomplete means that a broker does not know all others yet.
var errIncomplete = errors.New("cluster is incomplete")

// awaitReady returns when every running broker knows every running broker and can lead a group.
func (c *Cluster) awaitReady(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, n := range c.nodes {
		for n.process != nil {
			err := c.ask(ctx, n)
			if err == nil {
				break
			}
			select {
			case <-tick.C:
			case <-n.done:
				return n.fallen()
			case <-ctx.Done():
				return fmt.Errorf("broker %d is not ready: %w: %w%s", n.index, ctx.Err(), err, n.lastWords())
			}
		}
	}
	return nil
}

// ask asks one broker, over a connection of its own, whom it knows.
func (c *Cluster) ask(ctx context.Context, n *node) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	transport := &client.Transport{}
	defer transport.CloseIdleConnections()
	kafka := &client.Client{Addr: client.TCP(n.addr()), Transport: transport}
	metadata, err := kafka.Metadata(ctx, &client.MetadataRequest{})
	if err != nil {
		return err
	}
	if len(metadata.Brokers) < c.running() {
		return fmt.Errorf("%w: %d of %d brokers", errIncomplete, len(metadata.Brokers), c.running())
	}
	return nil
}

func (c *Cluster) running() (count int) {
	for _, n := range c.nodes {
		if n.process != nil {
			count++
		}
	}
	return count
}
