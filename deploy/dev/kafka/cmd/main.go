// Command cmd runs real Apache Kafka in the foreground until it is interrupted:
//
//	go run ./deploy/dev/kafka/cmd -brokers 3
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	brokers := flag.Int("brokers", 1, "number of brokers: 1 or 3")
	dir := flag.String("dir", filepath.Join(os.TempDir(), "deskpulse-kafka"), "folder of the data")
	heap := flag.Int("heap", 256, "heap of each broker in MiB")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cluster, err := kafka.Start(ctx, kafka.Config{Brokers: *brokers, Dir: *dir, HeapMB: *heap})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, strings.Join(cluster.Addrs(), ","))
	<-ctx.Done()
	cluster.Stop(context.Background())
	return nil
}
