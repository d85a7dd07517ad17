// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-bitwarden serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// version is set by the linker at release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve under a debugger: print what TF_REATTACH_PROVIDERS has to hold")
	flag.Parse()

	if err := provider.Serve(version, *debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
