// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/tools/schemajson/schema"
)

// TestSchema_golden makes every change of the schema show in review: documentation is generated from the same file.
func TestSchema_golden(t *testing.T) {
	t.Parallel()
	got, err := schema.JSON(t.Context(), providerserver.NewProtocol6(provider.New("dev")())())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the schema differs from testdata/schema.json from byte %d on: run `make generate` and look at the "+
			"difference", firstDifference(got, want))
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
