package main

import (
	"fmt"
	"io"
	"runtime"
)

// Machine is what the figures were taken on.
type Machine struct {
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	Load      float64 `json:"load_before"`
}

// busy is the load average above which the figures are not to be trusted.
const busy = 1.0

// lookAround says what machine this is, and whether it has other work.
func lookAround(out io.Writer) (Machine, error) {
	l, err := loadAverage()
	if err != nil {
		return Machine{}, fmt.Errorf("this needs Linux, whose /proc it reads: %w", err)
	}
	m := Machine{Processor: processor(), Cores: runtime.NumCPU(), Load: l}
	fmt.Fprintf(out, "%s, %d cores, load %.2f\n", m.Processor, m.Cores, m.Load)
	if l > busy {
		fmt.Fprintln(out, "warning: the machine is busy: absolute figures are too low, and ratios uncertain")
	}
	return m, nil
}
