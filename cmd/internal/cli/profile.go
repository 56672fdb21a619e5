package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
)

// startProfile profiles the processor time of this process into a file until the function that it returns is called.
// Without a path both do nothing.
func startProfile(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(fmt.Errorf("write profile %q: %w", path, err), file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		if err := file.Close(); err != nil {
			return fmt.Errorf("write profile %q: %w", path, err)
		}
		return nil
	}, nil
}
