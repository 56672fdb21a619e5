// Package kafka starts real Apache Kafka on this machine, for tests and development: one broker or three, in KRaft mode,
// from the jars of Maven Central, on free loopback ports. Tests compare the embedded broker with it, because a
// protocol is what the real thing does.
package kafka

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
)

// Config says what to start. The zero value but for Dir is one small broker.
type Config struct {
	// Brokers is their number: 1 or 3; 0 means 1.
	Brokers int
	// Dir holds the brokers' data; it is created if missing and must be empty or from an earlier Start of as many.
	Dir string
	// HeapMB is how large each broker's heap may become, in MiB; 0 means 256. It begins with a quarter of that. Hundreds of
	// topics do not fit into 64: a broker then collects garbage all the time, and ends at last.
	HeapMB int
	// Properties are further broker settings by Kafka's names; they win over those of this package.
	Properties map[string]string
	// StartTimeout bounds the time from starting the processes to their first answer; 0 means four minutes.
	StartTimeout time.Duration
}

// Cluster is a running Kafka cluster.
type Cluster struct {
	cfg   Config
	libs  string
	id    string
	nodes []*node
}

// Start fetches Kafka's jars if need be, starts the brokers and returns when all of them know each other. On an error
// nothing is left running.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	c, err := prepare(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("start kafka: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StartTimeout)
	defer cancel()
	group, groupCtx := errgroup.WithContext(ctx)
	for _, n := range c.nodes {
		group.Go(func() error {
			if err := n.format(groupCtx); err != nil {
				return err
			}
			return n.start()
		})
	}
	err = group.Wait()
	if err == nil {
		err = c.awaitReady(ctx)
	}
	if err != nil {
		c.killAll()
		return nil, fmt.Errorf("start kafka: %w", err)
	}
	return c, nil
}

func prepare(ctx context.Context, cfg Config) (*Cluster, error) {
	if cfg.Brokers == 0 {
		cfg.Brokers = 1
	}
	if cfg.Brokers != 1 && cfg.Brokers != 3 {
		return nil, fmt.Errorf("%d brokers: must be 1 or 3", cfg.Brokers)
	}
	if cfg.HeapMB == 0 {
		cfg.HeapMB = 256
	}
	if cfg.StartTimeout == 0 {
		cfg.StartTimeout = 4 * time.Minute // beside other tests on few processors
	}
	libs, err := fetch(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	id, err := clusterID(cfg.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{cfg: cfg, libs: libs, id: id}
	ports, err := freePorts(2 * cfg.Brokers)
	if err != nil {
		return nil, err
	}
	for i := range cfg.Brokers {
		c.nodes = append(c.nodes, newNode(c, i, ports[2*i], ports[2*i+1]))
	}
	return c, nil
}

// clusterID returns the id of the cluster in dir, a new one for an empty folder.
func clusterID(dir string) (string, error) {
	path := filepath.Join(dir, "cluster.id")
	raw, err := os.ReadFile(path)
	if err == nil {
		return string(raw), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	uuid := make([]byte, 16)
	_, _ = rand.Read(uuid)
	uuid[0] = 'k' // an id that starts with a dash would be taken for an option
	id := base64.RawURLEncoding.EncodeToString(uuid)
	return id, os.WriteFile(path, []byte(id), 0o600)
}

// Addrs are the brokers' addresses, host:port, in the order of their numbers. They stay over Kill and Restart.
func (c *Cluster) Addrs() []string {
	var out []string
	for _, n := range c.nodes {
		out = append(out, n.addr())
	}
	return out
}

// Kill ends broker i with kill -9 and waits until it is gone.
func (c *Cluster) Kill(i int) { c.nodes[i].kill() }

// StopBroker ends broker i in order, as an upgrade would, or by kill where that takes longer than a few seconds.
func (c *Cluster) StopBroker(ctx context.Context, i int) { c.nodes[i].stop(ctx) }

// Restart starts broker i, which has been killed or stopped, and returns when it answers and knows as many brokers as there are.
func (c *Cluster) Restart(ctx context.Context, i int) error {
	if err := c.nodes[i].start(); err != nil {
		return fmt.Errorf("restart kafka broker %d: %w", i, err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StartTimeout)
	defer cancel()
	if err := c.awaitReady(ctx); err != nil {
		return fmt.Errorf("restart kafka broker %d: %w", i, err)
	}
	return nil
}

// Fallen returns an error that tells which brokers have ended by themselves, and their last words; nil if none has.
func (c *Cluster) Fallen() error {
	var errs []error
	for _, n := range c.nodes {
		errs = append(errs, n.fallen())
	}
	return errors.Join(errs...)
}

// Stop ends all brokers at once, in order where that takes a few seconds at most and by kill where not.
func (c *Cluster) Stop(ctx context.Context) {
	var group errgroup.Group
	for _, n := range c.nodes {
		group.Go(func() error { n.stop(ctx); return nil })
	}
	_ = group.Wait()
}

func (c *Cluster) killAll() {
	for _, n := range c.nodes {
		n.kill()
	}
}
