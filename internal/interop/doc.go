// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package interop lets the official client, bw, judge what our client writes: both talk to one emulator, and what one
// makes the other must read, decrypted. It has tests only; `make interop` runs them.
//
// package.json and package-lock.json pin bw; npm installs it below .tools. Which registry npm asks is the machine's
// setting: the lock file names none. Install scripts are off, because a release of bw was once replaced by a malicious
// one. bw is used, never shipped: parts of it have licences that allow no more.
package interop
