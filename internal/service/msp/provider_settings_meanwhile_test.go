// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
)

// Somebody changes the record between plan and apply: what the configuration sets is as planned, the rest stays.
func TestProviderSettings_editedMeanwhile(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	state, problems := env.Protocol(t).Apply(settingsType, nil, map[string]any{"name": "One"})
	problems.WantNone(t)
	edited := record{"Else", "Else Ltd", "else@provider.example"}
	p := env.Protocol(t).Meanwhile(func() { editRecord(t, env, edited) })
	_, problems = p.Apply(settingsType, state, map[string]any{"name": "Two"})
	problems.WantNone(t)
	want := record{"Two", edited.BusinessName, edited.BillingEmail}
	if err := wantRecord(t, env, want)(nil); err != nil {
		t.Error(err)
	}
}
