// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the provider's main job from nothing: it starts the emulator, opens a provider (an MSP) in it, applies
// examples/msp-onboarding with the real CLI, lets the invited people accept, confirms them, has somebody change things
// behind Terraform's back, finds and repairs the drift, and cleans up. Each step is checked; the first that does not hold
// ends the program with status 1. No address outside this machine is contacted.
//
// It runs in the repository's root, with the CLI in the variable TF: see `make demo`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	verbose := flag.Bool("v", false, "show what the CLI prints")
	flag.Parse()
	if err := run(*verbose); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(verbose bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	d, err := newDemo(ctx, settings{Root: ".", CLI: os.Getenv("TF"), Out: os.Stdout, Verbose: verbose})
	if err != nil {
		return err
	}
	defer d.close(ctx)
	return d.play(ctx)
}
