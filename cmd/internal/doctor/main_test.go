package doctor_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestMain(m *testing.M) { embeddedtest.Main(m, func() error { return goleak.Find() }) }
