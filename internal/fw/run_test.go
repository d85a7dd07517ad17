// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

func TestRun_notes(t *testing.T) {
	t.Parallel()
	run := fw.NewRun(nil)
	if run.Noted("a") {
		t.Error("a new run has notes")
	}
	if !run.Note("a") || run.Note("a") || !run.Noted("a") || run.Noted("b") {
		t.Error("a key is to be written down once")
	}
	run.NoteAdminAccess("o")
	if !run.AdminAccessNoted("o") || run.AdminAccessNoted("p") {
		t.Error("admin access is per organization")
	}
	if fw.NewRun(nil).Noted("a") {
		t.Error("runs share their notes")
	}
}
