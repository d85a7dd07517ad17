// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

func TestEdges_Manage(t *testing.T) {
	t.Parallel()
	type object struct {
		side  fw.Side
		id    types.String
		edges attr.Value
	}
	known := func(side fw.Side, id string, others ...string) object {
		return object{side, types.StringValue(id), fw.IDSet(others)}
	}
	unborn := func(side fw.Side, others ...string) object {
		return object{side, types.StringUnknown(), fw.IDSet(others)}
	}
	for name, test := range map[string]struct {
		objects  []object
		conflict bool
	}{
		"one side":                             {[]object{known(fw.Left, "g", "m"), known(fw.Left, "h", "m")}, false},
		"both sides, same edge":                {[]object{known(fw.Left, "g", "m"), known(fw.Right, "m", "g")}, true},
		"both sides, the other order":          {[]object{known(fw.Right, "m", "g"), known(fw.Left, "g", "m")}, true},
		"the right side would remove the edge": {[]object{known(fw.Left, "g", "m"), known(fw.Right, "m")}, true},
		"the left side would remove the edge":  {[]object{known(fw.Left, "g"), known(fw.Right, "m", "g")}, true},
		"both sides agree on none":             {[]object{known(fw.Left, "g", "n"), known(fw.Right, "m", "h")}, false},
		"not managed on the right": {
			[]object{known(fw.Left, "g", "m"), {fw.Right, types.StringValue("m"), types.SetNull(types.StringType)}}, false,
		},
		"a new group names a known member": {[]object{unborn(fw.Left, "m"), known(fw.Right, "m", "h")}, true},
		"two that are new":                 {[]object{unborn(fw.Left), unborn(fw.Right)}, false},
		"unknown edges": {
			[]object{{fw.Left, types.StringValue("g"), types.SetUnknown(types.StringType)}, known(fw.Right, "m", "h")}, false,
		},
		"an unknown edge": {
			[]object{
				{fw.Left, types.StringValue("g"), types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})},
				unborn(fw.Right, "h"),
			}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := fw.NewRun(nil)
			var diags diag.Diagnostics
			for _, o := range test.objects {
				run.GroupMembers.Manage(o.side, o.id, "edges", o.edges, &diags)
			}
			if diags.HasError() != test.conflict {
				t.Errorf("got %v", diags)
			}
		})
	}
}

func TestEdges_Manage_message(t *testing.T) {
	t.Parallel()
	run := fw.NewRun(nil)
	var diags diag.Diagnostics
	access := fw.AccessList(map[string]bitwarden.Permission{"c": bitwarden.PermissionEdit})
	run.CollectionMembers.Manage(fw.Left, types.StringValue("c"), "members", fw.AccessList(nil), &diags)
	run.CollectionMembers.Manage(fw.Right, types.StringValue("m"), "collections", access, &diags)
	if len(diags) != 1 {
		t.Fatalf("got %v", diags)
	}
	on, ok := diags[0].(diag.DiagnosticWithPath)
	if !ok || !on.Path().Equal(path.Root("collections")) {
		t.Errorf("the error is not on the attribute: %v", diags[0])
	}
	for _, part := range []string{
		"This member manages its collections by collections", "the collection c manages its members", "Choose one side",
	} {
		if !strings.Contains(diags[0].Detail(), part) {
			t.Errorf("%q lacks %q", diags[0].Detail(), part)
		}
	}
}
