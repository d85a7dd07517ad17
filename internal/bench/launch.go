// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// The CLI starts this program as the provider. It starts the program that measuredVariable names instead, and writes
// what that took to a file in the folder that usageVariable names.
const (
	measuredVariable = "BENCH_PROVIDER"
	usageVariable    = "BENCH_USAGE"
	profilesVariable = "BENCH_PROFILES"
)

// usage is what processes took of the machine.
type usage struct {
	CPU       time.Duration // User and system time, of all of them.
	Memory    int64         // Bytes that the largest had in memory at once.
	Processes int
}

func (u *usage) add(other usage) {
	u.CPU += other.CPU
	u.Memory = max(u.Memory, other.Memory)
	u.Processes += other.Processes
}

// usageOf is what the kernel says about a process that has ended.
func usageOf(state *os.ProcessState) usage {
	u := usage{CPU: state.UserTime() + state.SystemTime(), Processes: 1}
	if raw, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.Memory = raw.Maxrss
		if runtime.GOOS != "darwin" { // the only one that counts bytes
			u.Memory *= 1024
		}
	}
	return u
}

// launch runs the measured provider as this process's child, and returns its exit status.
func launch() int {
	signal.Ignore(os.Interrupt) // The CLI tells its providers when to end.
	file := filepath.Join(os.Getenv(usageVariable), strconv.Itoa(os.Getpid()))
	// An empty file tells of a process that nobody measured.
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return fail(err)
	}
	child := exec.CommandContext(context.Background(), os.Getenv(measuredVariable))
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, measuredVariable+"=") {
			child.Env = append(child.Env, variable)
		}
	}
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := child.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return fail(err)
	}
	encoded, err := json.Marshal(usageOf(child.ProcessState))
	if err != nil {
		return fail(err)
	}
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		return fail(err)
	}
	return child.ProcessState.ExitCode()
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "bench:", err)
	return 1
}

// collectUsage adds up the files in a folder, and removes them.
func collectUsage(folder string) (usage, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return usage{}, err
	}
	var sum usage
	for _, entry := range entries {
		file := filepath.Join(folder, entry.Name())
		encoded, err := os.ReadFile(file)
		if err != nil {
			return usage{}, err
		}
		var one usage
		if err := json.Unmarshal(encoded, &one); err != nil {
			return usage{}, fmt.Errorf("a provider process was killed before it could be measured: %w", err)
		}
		sum.add(one)
		if err := os.Remove(file); err != nil {
			return usage{}, err
		}
	}
	return sum, nil
}

// serveProfiled serves the provider, as its own main does, and writes profiles when it ends.
func serveProfiled() int {
	base := filepath.Join(os.Getenv(profilesVariable), strconv.Itoa(os.Getpid()))
	cpu, err := os.Create(base + ".cpu")
	if err != nil {
		return fail(err)
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return fail(err)
	}
	served := provider.Serve("bench", false)
	pprof.StopCPUProfile()
	heap, err := os.Create(base + ".heap")
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(served, pprof.Lookup("allocs").WriteTo(heap, 0), cpu.Close(), heap.Close()); err != nil {
		return fail(err)
	}
	return 0
}
