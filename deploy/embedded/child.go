package embedded

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// childCommand prepares this program to run again as the given service. The caller starts it, then closes the returned
// reader in this process; it keeps the writer open for as long as the child may live.
func childCommand(kind string, arguments any) (cmd *exec.Cmd, childEnd, lifeline *os.File, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("find own executable: %w", err)
	}
	raw, err := json.Marshal(arguments)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("encode arguments of the %s: %w", kind, err)
	}
	childEnd, lifeline, err = os.Pipe()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open lifeline of the %s: %w", kind, err)
	}
	cmd = exec.Command(self)
	cmd.Args = []string{"deskpulse-" + kind} // what a process listing shows
	cmd.Env = append(os.Environ(), childVariable+"="+kind, childArguments+"="+string(raw))
	cmd.ExtraFiles = []*os.File{childEnd}
	return cmd, childEnd, lifeline, nil
}

// killSelf ends this process at once, without giving anyone in it a say.
func killSelf() {
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
}
