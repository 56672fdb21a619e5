package embedded_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// upVariable makes this test binary a minimal `deskpulse up` on the folder it names, for tests that kill one.
const upVariable = "DESKPULSE_TEST_UP"

func TestMain(m *testing.M) {
	embedded.RunChild()
	if dir := os.Getenv(upVariable); dir != "" {
		os.Unsetenv(upVariable)
		if err := up(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if spec := os.Getenv(fetchVariable); spec != "" {
		os.Unsetenv(fetchVariable)
		fmt.Fprintln(os.Stderr, fetchAndHang(spec))
		os.Exit(1)
	}
	embeddedtest.Main(m, func() error { return goleak.Find() })
}

// up runs broker and engine on a folder until it is killed.
func up(dir string) error {
	ctx := context.Background()
	home, err := embedded.OpenHome(dir)
	if err != nil {
		return err
	}
	broker := home.Broker(embedded.BrokerConfig{})
	if err := broker.Start(ctx); err != nil {
		return err
	}
	engine := home.Engine(embedded.EngineConfig{})
	if err := engine.Start(ctx); err != nil {
		return err
	}
	err = home.Publish(embedded.Endpoints{Kafka: []string{broker.Addr()}, ClickHouse: engine.Endpoint()})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "ready")
	<-engine.Done()
	return engine.Err()
}
