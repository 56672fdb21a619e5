package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Endpoints is where a running deskpulse, and what it stands on, is reached.
type Endpoints struct {
	// Kafka are the bootstrap addresses, host:port.
	Kafka []string `json:"kafka"`
	// ClickHouse is the server that holds the data.
	ClickHouse Endpoint `json:"clickhouse"`
	// HTTP is deskpulse's own address for metrics and health, host:port.
	HTTP string `json:"http,omitempty"`
	// PID is the process id of the running deskpulse.
	PID int `json:"pid"`
	// Started is when it became ready, in UTC.
	Started time.Time `json:"started"`
}

// ErrNotRunning is wrapped by ReadEndpoints when nothing runs on the folder.
var ErrNotRunning = errors.New("nothing is running there")

// ReadEndpoints reads where the deskpulse that runs on the folder dir is reached. A file that a killed process has
// left behind counts as nothing.
func ReadEndpoints(dir string) (Endpoints, error) {
	raw, err := os.ReadFile(filepath.Join(dir, endpointsName))
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoints{}, notRunning(dir, "")
	}
	if err != nil {
		return Endpoints{}, fmt.Errorf("read endpoints: %w", err)
	}
	var endpoints Endpoints
	if err := json.Unmarshal(raw, &endpoints); err != nil {
		return Endpoints{}, fmt.Errorf("read endpoints of %q: the file is damaged, start `deskpulse up --data %s` again: %w", dir, dir, err)
	}
	held, err := isHeld(dir)
	if err != nil {
		return Endpoints{}, fmt.Errorf("read endpoints of %q: %w", dir, err)
	}
	if !held {
		return Endpoints{}, notRunning(dir, fmt.Sprintf(" any more (process %d is gone)", endpoints.PID))
	}
	return endpoints, nil
}

func notRunning(dir, detail string) error {
	return fmt.Errorf("read endpoints of %q: %w%s: is `deskpulse up --data %s` running?", dir, ErrNotRunning, detail, dir)
}

// isHeld says whether a process holds the folder. The lock is asked and not the process id, which may by now belong to
// somebody else.
func isHeld(dir string) (bool, error) {
	lock := flock.New(filepath.Join(dir, homeLock))
	free, err := lock.TryRLock()
	if err != nil {
		return false, err
	}
	return !free, lock.Close()
}
