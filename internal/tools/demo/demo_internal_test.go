// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

// TestDemo plays the whole demo with everything logged: it holds, and the log holds no secret.
func TestDemo(t *testing.T) {
	t.Parallel()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "trace.log")
	var shown bytes.Buffer
	d, err := newDemo(t.Context(), settings{
		Root: root, CLI: acctest.CLI(t).Path, Out: &shown, Env: []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + log},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.close(t.Context()) })
	if err := d.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, shown.Bytes())
	}
	t.Logf("%s", shown.Bytes())
	_, clientSecret, err := d.msp.Admin.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	acctest.NoSecrets(t, log, d.msp.Admin, clientSecret, nil, []string{"bitwarden_member", "/organizations/{"})
}
