package main

import (
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }
