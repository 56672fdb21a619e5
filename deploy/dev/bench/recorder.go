package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
)

// recorder stands between ingest and ClickHouse and keeps what ingest says, a file for each connection.
type recorder struct {
	listener net.Listener
	server   string // address of ClickHouse
	dir      string
	failed   firstError
	work     sync.WaitGroup

	mu    sync.Mutex // guards paths
	paths []string
}

// startRecorder listens on loopback.
func startRecorder(ctx context.Context, dir, server string) (*recorder, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &recorder{listener: l, server: server, dir: dir}
	r.work.Go(r.accept)
	return r, nil
}

func (r *recorder) address() string { return r.listener.Addr().String() }

// stop waits until all connections are over, and returns the files.
func (r *recorder) stop() ([]string, error) {
	r.listener.Close()
	r.work.Wait()
	return r.paths, r.failed.get()
}

func (r *recorder) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				r.failed.set(err)
			}
			return
		}
		r.work.Go(func() {
			defer client.Close()
			if err := r.serve(client); err != nil {
				r.failed.set(fmt.Errorf("record what ingest says: %w", err))
			}
		})
	}
}

// serve passes on what both sides say, until one of them has nothing more to say.
func (r *recorder) serve(client net.Conn) error {
	server, err := net.Dial("tcp", r.server)
	if err != nil {
		return err
	}
	defer server.Close()
	file, err := r.create()
	if err != nil {
		return err
	}
	defer file.Close()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = io.Copy(client, server) // ends with either connection
		client.Close()
	}()
	said := &keeper{to: file}
	_, _ = io.Copy(server, io.TeeReader(client, said)) // ends with either connection
	server.Close()
	<-answered
	return said.err
}

func (r *recorder) create() (*os.File, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path := filepath.Join(r.dir, fmt.Sprintf("connection-%d.native", len(r.paths)))
	r.paths = append(r.paths, path)
	return os.Create(path)
}

// keeper writes to a file and keeps the error, which among those of connections would be lost.
type keeper struct {
	to  io.Writer
	err error
}

func (k *keeper) Write(p []byte) (n int, err error) {
	n, err = k.to.Write(p)
	if err != nil {
		k.err = err
	}
	return n, err
}
