package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Home is the folder of one running deskpulse, held against others until Close:
//
//	kafka/          the broker's log
//	clickhouse/     the engine's data, configuration and log
//	settings.json   ports and password, kept from one start to the next
//	endpoints.json  where everything is reached, while it is running
//	lock            held while it is running; contains the process id of the holder
type Home struct {
	dir      string
	lock     *flock.Flock
	settings settings
}

// settings stay the same across restarts, because clients, and the broker's own answers, hold on to them.
type settings struct {
	// Format is that of the folder. An older program must not touch a newer one: it would not know what it breaks.
	Format     int    `json:"format"`
	KafkaPort  int    `json:"kafka_port"`
	NativePort int    `json:"clickhouse_native_port"`
	HTTPPort   int    `json:"clickhouse_http_port"`
	Password   string `json:"clickhouse_password"`
}

const (
	homeLock      = "lock"
	settingsName  = "settings.json"
	endpointsName = "endpoints.json"
)

// folderFormat is raised when a program of before can no longer use the folder.
const folderFormat = 1

// ErrInUse is wrapped by OpenHome when another process holds the folder.
var ErrInUse = errors.New("folder is in use")

// lockGrace covers the moment in which a reader of endpoints.json looks at the lock.
const lockGrace = 300 * time.Millisecond

// OpenHome takes the folder dir, and makes it if need be, readable only by the user. It fails if another process holds
// it, if it cannot be written, or if the disk is full.
func OpenHome(dir string) (*Home, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open data folder: %w: choose another with --data", explained(dir, err))
	}
	h := &Home{dir: dir, lock: flock.New(filepath.Join(dir, homeLock))}
	if err := h.acquire(); err != nil {
		return nil, err
	}
	if err := h.load(); err != nil {
		_ = h.lock.Close()
		return nil, err
	}
	return h, nil
}

func (h *Home) acquire() error {
	ctx, cancel := context.WithTimeout(context.Background(), lockGrace)
	defer cancel()
	_, err := h.lock.TryLockContext(ctx, readyPoll)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("open data folder %q: %w by %s: stop it first, or choose another folder with --data",
			h.dir, ErrInUse, holder(h.dir))
	}
	if err != nil {
		return fmt.Errorf("open data folder %q: %w: choose another with --data", h.dir, explained(h.dir, err))
	}
	// Not through writeFile: the lock is on this very file, a new one in its place would be free.
	if err := os.WriteFile(h.lock.Path(), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		_ = h.lock.Close()
		return fmt.Errorf("open data folder %q: %w: choose another with --data", h.dir, explained(h.dir, err))
	}
	return nil
}

// holder names the process that holds a folder.
func holder(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, homeLock))
	if pid := strings.TrimSpace(string(raw)); err == nil && pid != "" {
		return "process " + pid
	}
	return "another process"
}

// load reads the settings of the last start and removes its endpoints, should it have been killed.
func (h *Home) load() error {
	if err := removeIfThere(filepath.Join(h.dir, endpointsName)); err != nil {
		return fmt.Errorf("open data folder %q: %w", h.dir, explained(h.dir, err))
	}
	raw, err := os.ReadFile(filepath.Join(h.dir, settingsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &h.settings)
	}
	if err != nil {
		return fmt.Errorf("open data folder %q: %s: %w: remove that file to start with new ports and password",
			h.dir, settingsName, err)
	}
	if h.settings.Format > folderFormat {
		return fmt.Errorf("open data folder %q: it was written by a newer deskpulse (format %d, this program knows %d): "+
			"use that program, or choose another folder with --data", h.dir, h.settings.Format, folderFormat)
	}
	return nil
}

// Dir is the absolute path of the folder.
func (h *Home) Dir() string { return h.dir }

// Engine returns an engine on this folder. What cfg leaves open comes from the last start: ports, if they are still
// free, and the password.
func (h *Home) Engine(cfg EngineConfig) *Engine {
	cfg.Dir = filepath.Join(h.dir, "clickhouse")
	cfg.preferHTTP, cfg.preferNative = h.settings.HTTPPort, h.settings.NativePort
	if cfg.Password == "" {
		cfg.Password = h.settings.Password
	}
	return NewEngine(cfg)
}

// Broker returns a broker on this folder. Unless cfg names a port it is that of the last start, if it is still free.
func (h *Home) Broker(cfg BrokerConfig) *Broker {
	cfg.Dir = filepath.Join(h.dir, "kafka")
	cfg.preferPort = h.settings.KafkaPort
	return NewBroker(cfg)
}

// Publish tells other processes where everything is reached, and remembers ports and password for the next start.
// Call it when all of it answers; zero PID and Started are filled in.
func (h *Home) Publish(endpoints Endpoints) error {
	if endpoints.PID == 0 {
		endpoints.PID = os.Getpid()
	}
	if endpoints.Started.IsZero() {
		endpoints.Started = time.Now().UTC().Truncate(time.Second)
	}
	h.settings.Format = folderFormat
	h.settings.remember(endpoints)
	if err := h.write(settingsName, h.settings); err != nil {
		return err
	}
	return h.write(endpointsName, endpoints)
}

// remember keeps what is embedded here; the address of a server elsewhere is the configuration's business.
func (s *settings) remember(endpoints Endpoints) {
	if len(endpoints.Kafka) == 1 {
		keepPort(&s.KafkaPort, endpoints.Kafka[0])
	}
	keepPort(&s.NativePort, endpoints.ClickHouse.Native)
	keepPort(&s.HTTPPort, endpoints.ClickHouse.HTTP)
	if endpoints.ClickHouse.User == EngineUser {
		s.Password = endpoints.ClickHouse.Password
	}
}

func (h *Home) write(name string, value any) error {
	raw, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s in data folder: %w", name, err)
	}
	return h.Save(name, append(raw, '\n'))
}

// Save replaces a file of the folder as a whole, or leaves the old one: readers never see a half.
func (h *Home) Save(name string, content []byte) error {
	if err := writeFile(filepath.Join(h.dir, name), content); err != nil {
		return fmt.Errorf("write %s in data folder: %w", name, explained(h.dir, err))
	}
	return nil
}

// Close withdraws the endpoints and frees the folder. Services on it must have ended.
func (h *Home) Close() error {
	return errors.Join(removeIfThere(filepath.Join(h.dir, endpointsName)), h.lock.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
