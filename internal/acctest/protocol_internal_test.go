// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
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

// recorder is a test that notes its failures instead of failing.
type recorder struct {
	testing.TB

	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestProtocol_keeps(t *testing.T) {
	t.Parallel()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "ids": tftypes.Set{ElementType: tftypes.String},
	}}
	object := func(name, ids any) *Object {
		return &Object{Value: typed(t, typ, map[string]any{"name": name, "ids": ids})}
	}
	for name, test := range map[string]struct {
		planned, got *Object
		kept         bool
	}{
		"the same in another order": {object("a", []any{"1", "2"}), object("a", []any{"2", "1"}), true},
		"unknown values":            {object(Unknown, []any{Unknown}), object("a", []any{"2"}), true},
		"another text":              {object("a", nil), object("b", nil), false},
		"null becomes a value":      {object(nil, nil), object("b", nil), false},
		"another element":           {object("a", []any{"1"}), object("a", []any{"1", "2"}), false},
		"destroyed":                 {nil, nil, true},
		"destroyed, but still here": {nil, object("a", nil), false},
		"applied, but not here":     {object("a", nil), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			(&Protocol{tb: r}).keeps("the apply", test.planned, test.got)
			if kept := len(r.failures) == 0; kept != test.kept {
				t.Errorf("failures: %q", r.failures)
			}
		})
	}
}
