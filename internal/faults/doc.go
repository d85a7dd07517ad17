// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package faults makes calls fail. It applies the configuration of the demo, with some more resources, on the emulator,
// and lets one API call after the other fail in every way that a network, a gateway or the server knows, or presses
// Ctrl-C while it runs. Whatever happens, the run ends with success or with an error that says what to do, the next one
// reaches what was wanted, nothing exists twice, and nothing that exists is lost from the state.
//
// It has tests only: `go test` takes a part of the walk, and `make faults` walks it all.
package faults
