// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

// Command bench measures what the provider costs: it starts the emulator, manages fleets of clients in it with the real
// CLI and the real provider binary, and writes a table of requests, bytes, CPU seconds and memory, and whether the
// budgets hold. Times are compared with those of as many terraform_data resources, so that they mean something on any
// machine. No address outside this machine is contacted.
//
// It runs in the repository's root, with the CLI in the variable TF: see `make bench`.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// settings say what is measured, and with what.
type settings struct {
	cli      string // Terraform or OpenTofu.
	provider string // The program that is measured.
	profiles string // A folder for profiles of it; empty: none.
	progress io.Writer
}

func main() {
	if os.Getenv(measuredVariable) != "" {
		os.Exit(launch())
	}
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		os.Exit(serveProfiled())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // Nothing is left to stop.
	}
}

func run(ctx context.Context) error {
	only := flag.String("fleet", "", "measure one fleet only: "+strings.Join(names(fullSize), ", "))
	version := flag.String("version", "dev", "version of the provider, for the heading")
	results := flag.String("results", "", "write the results of a run of all fleets to this file")
	applied := flag.Int(
		"apply-clients",
		fullSize.applied,
		"how many of the clients are applied, for which the CLI takes long",
	)
	profiles := flag.String("profiles", "", "write a CPU and a heap profile of each provider process to this folder")
	flag.Parse()

	folder, err := os.MkdirTemp("", "bitwarden-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	s := settings{cli: os.Getenv("TF"), profiles: *profiles, progress: os.Stderr}
	if s.provider, err = build(ctx, s, folder, *version); err != nil {
		return err
	}
	heading, err := describeMachine(ctx, s.cli, *version)
	if err != nil {
		return err
	}
	var all []result
	whole := fullSize
	whole.applied = *applied
	for _, f := range fleets(whole) {
		if *only != "" && *only != f.name {
			continue
		}
		measured, err := measure(ctx, s, f)
		if err != nil {
			return fmt.Errorf("fleet %s: %w", f.name, err)
		}
		all = append(all, measured...)
	}
	if len(all) == 0 {
		return fmt.Errorf("there is no fleet %q: %s", *only, strings.Join(names(fullSize), ", "))
	}
	text := report(heading, all)
	fmt.Print(text)
	if *only == "" && *results != "" {
		return os.WriteFile(*results, []byte(text), 0o644)
	}
	return nil
}

// build compiles the provider as a release does. With profiles, this program itself is the provider.
func build(ctx context.Context, s settings, folder, version string) (string, error) {
	if s.profiles != "" {
		if err := os.MkdirAll(s.profiles, 0o700); err != nil {
			return "", err
		}
		return os.Executable()
	}
	binary := filepath.Join(folder, "provider")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.version="+version,
		"-o", binary, ".")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the provider does not build: %w\n%s", err, out)
	}
	return binary, nil
}

func names(s size) []string {
	var all []string
	for _, f := range fleets(s) {
		all = append(all, f.name)
	}
	return all
}
