package embedded

import (
	"debug/elf"
	"debug/macho"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// errUnfit is wrapped where a library cannot run on this machine, so that trying again is of no use.
var errUnfit = errors.New("library does not fit this machine")

// elsewhere is what to do where the embedded engine cannot run.
const elsewhere = "run with --clickhouse ADDRESS on a ClickHouse server of your own"

// checkLibrary looks at the first bytes of a library, which say for which system and processor it was made. The dynamic
// linker's own words on this are "cannot open shared object file: No such file or directory".
func checkLibrary(path string) error {
	made, err := madeFor(path)
	if err != nil {
		return fmt.Errorf("library %q is not one of this system: %w", path, err)
	}
	if want := runtime.GOARCH; made != want {
		return fmt.Errorf("%w: %q is made for %s, and this program for %s: "+
			"remove that file, so that the right one is fetched, or %s", errUnfit, path, made, want, elsewhere)
	}
	return nil
}

// madeFor returns the processor of a library, as Go calls it where Go has a name for it.
func madeFor(path string) (string, error) {
	if runtime.GOOS == "darwin" {
		f, err := macho.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		return processor(f.Cpu.String(), map[string]string{"CpuAmd64": "amd64", "CpuArm64": "arm64"}), nil
	}
	f, err := elf.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return processor(f.Machine.String(), map[string]string{"EM_X86_64": "amd64", "EM_AARCH64": "arm64"}), nil
}

func processor(name string, known map[string]string) string {
	if goarch, ok := known[name]; ok {
		return goarch
	}
	return name
}

// unloadable says what the dynamic linker's words mean.
func unloadable(library string, err error) error {
	words := err.Error()
	switch {
	case strings.Contains(words, "GLIBC"), strings.Contains(words, "libc.so.6"), strings.Contains(words, "symbol not found"), isMusl():
		return fmt.Errorf("%w: %q needs the GNU C library, and this system has none, or an older one (Alpine has musl): "+
			"use a distribution with glibc, such as Debian, or %s: %w", errUnfit, library, elsewhere, err)
	case strings.Contains(words, "cannot allocate memory"), strings.Contains(words, "failed to map segment"):
		return fmt.Errorf("load %q: there is too little memory, or its disk is mounted with noexec: "+
			"set %s to a folder on another disk: %w", library, cacheVariable, err)
	}
	return fmt.Errorf("load %q: %w", library, err)
}

// isMusl reports whether the system's own C library is musl.
func isMusl() bool {
	found, _ := filepath.Glob("/lib/ld-musl-*.so.1")
	gnu, _ := filepath.Glob("/lib*/ld-linux*.so.*")
	return len(found) > 0 && len(gnu) == 0
}
