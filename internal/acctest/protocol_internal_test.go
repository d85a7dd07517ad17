// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestValues_roundTrip(t *testing.T) {
	t.Parallel()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "number": tftypes.Number, "flag": tftypes.Bool, "none": tftypes.String,
		"later": tftypes.String,
		"map":   tftypes.Map{ElementType: tftypes.Bool},
		"set":   tftypes.Set{ElementType: tftypes.String},
		"list":  tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}},
	}}
	want := map[string]any{
		"text": "x", "number": 7, "flag": true, "none": nil, "later": Unknown,
		"map":  map[string]any{"a": true},
		"set":  []any{"b", "c"},
		"list": []any{map[string]any{"id": "1"}, map[string]any{"id": nil}},
	}
	if got := plain(t, typed(t, typ, want)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	warning := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Careful"}
	failure := &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "No", Detail: "Because.",
		Attribute: tftypes.NewAttributePath().WithAttributeName("name").WithElementKeyInt(1),
	}
	if (Problems{warning}).HasError() || !(Problems{warning, failure}).HasError() {
		t.Error("warnings count as errors, or errors do not")
	}
	if got := Attribute(failure); got != "name" {
		t.Errorf("got %q", got)
	}
	Problems{warning, failure}.WantError(t, "name", "No", "Because.")
	Problems{warning}.WantWarning(t, "", "Careful")
	Problems{}.WantNone(t)
}
