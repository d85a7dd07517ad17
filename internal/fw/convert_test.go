// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

func TestAccess_roundTrip(t *testing.T) {
	t.Parallel()
	null, unknown := types.MapNull(types.StringType), types.MapUnknown(types.StringType)
	empty := types.MapValueMust(types.StringType, map[string]attr.Value{})
	full := types.MapValueMust(types.StringType, map[string]attr.Value{objectID: types.StringValue("edit")})
	for name, test := range map[string]struct {
		list types.Map
		want map[string]bitwarden.Permission
		back types.Map
	}{
		"null is not managed":    {null, nil, null},
		"unknown is not managed": {unknown, nil, empty},
		"empty is none":          {empty, map[string]bitwarden.Permission{}, empty},
		"one":                    {full, map[string]bitwarden.Permission{objectID: bitwarden.PermissionEdit}, full},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := fw.Access(test.list)
			if !maps.Equal(got, test.want) || (got == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if back := fw.AccessValue(test.list, got); !back.Equal(test.back) {
				t.Errorf("back: got %v, want %v", back, test.back)
			}
		})
	}
	if got := fw.AccessValue(null, map[string]bitwarden.Permission{objectID: "edit"}); !got.IsNull() {
		t.Errorf("a list that is not managed became %v", got)
	}
}

func TestIDs_roundTrip(t *testing.T) {
	t.Parallel()
	null, unknown := types.SetNull(types.StringType), types.SetUnknown(types.StringType)
	empty := types.SetValueMust(types.StringType, []attr.Value{})
	two := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("b"), types.StringValue("a")})
	for name, test := range map[string]struct {
		set  types.Set
		want []string
		back types.Set
	}{
		"null is not managed":    {null, nil, null},
		"unknown is not managed": {unknown, nil, empty},
		"empty is none":          {empty, []string{}, empty},
		"two are sorted":         {two, []string{"a", "b"}, two},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := fw.IDs(test.set)
			if !slices.Equal(got, test.want) || (got == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if back := fw.IDSetValue(test.set, got); !back.Equal(test.back) {
				t.Errorf("back: got %v, want %v", back, test.back)
			}
		})
	}
	if got := fw.IDSetValue(null, []string{"a"}); !got.IsNull() {
		t.Errorf("a set that is not managed became %v", got)
	}
}

func TestStringOrNull(t *testing.T) {
	t.Parallel()
	if got := fw.StringOrNull(""); !got.IsNull() {
		t.Errorf("empty became %v", got)
	}
	if got := fw.StringOrNull("x"); got.ValueString() != "x" {
		t.Errorf("got %v", got)
	}
}

func TestBoolMap(t *testing.T) {
	t.Parallel()
	want := types.MapValueMust(
		types.BoolType,
		map[string]attr.Value{"a": types.BoolValue(true), "b": types.BoolValue(false)},
	)
	if got := fw.BoolMap(map[string]bool{"a": true, "b": false}); !got.Equal(want) {
		t.Errorf("got %v", got)
	}
	if got := fw.BoolMap(nil); got.IsNull() || len(got.Elements()) != 0 {
		t.Errorf("nil became %v, want an empty map", got)
	}
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]bitwarden.Plan{
		"`a`": {"a"}, "one of `a` or `b`": {"a", "b"}, "one of `a`, `b` or `c`": {"a", "b", "c"},
	} {
		if got := fw.OneOf(fw.Strings(words)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
