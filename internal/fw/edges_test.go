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

func TestEdges_ManageOne(t *testing.T) {
	t.Parallel()
	edge := func(left, right types.String) func(run *fw.Run, diags *diag.Diagnostics) {
		return func(run *fw.Run, diags *diag.Diagnostics) { run.GroupMembers.ManageOne(left, right, false, diags) }
	}
	list := func(side fw.Side, id string, value attr.Value) func(run *fw.Run, diags *diag.Diagnostics) {
		return func(run *fw.Run, diags *diag.Diagnostics) {
			run.GroupMembers.Manage(side, types.StringValue(id), "list", value, diags)
		}
	}
	g, m := types.StringValue("g"), types.StringValue("m")
	for name, test := range map[string]struct {
		first, second func(run *fw.Run, diags *diag.Diagnostics)
		at            string
	}{
		"list of the left, then edge":    {list(fw.Left, "g", fw.IDSet([]string{"m"})), edge(g, m), "group_id"},
		"list of the right, then edge":   {list(fw.Right, "m", fw.IDSet(nil)), edge(g, m), "member_id"},
		"edge, then list of the left":    {edge(g, m), list(fw.Left, "g", fw.IDSet(nil)), "list"},
		"edge, then list of the right":   {edge(g, m), list(fw.Right, "m", fw.IDSet([]string{"g"})), "list"},
		"list of another":                {list(fw.Left, "h", fw.IDSet([]string{"m"})), edge(g, m), ""},
		"no list":                        {list(fw.Left, "g", types.SetNull(types.StringType)), edge(g, m), ""},
		"two edges of one group":         {edge(g, types.StringValue("n")), edge(g, m), ""},
		"end that is not known":          {edge(types.StringUnknown(), m), list(fw.Left, "", fw.IDSet(nil)), ""},
		"end not known, list not either": {list(fw.Left, "", fw.IDSet(nil)), edge(types.StringUnknown(), m), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := fw.NewRun(nil)
			var diags diag.Diagnostics
			test.first(run, &diags)
			if len(diags) > 0 {
				t.Fatalf("the first alone: %v", diags)
			}
			test.second(run, &diags)
			if (len(diags) > 0) != (test.at != "") {
				t.Fatalf("got %v", diags)
			}
			if test.at == "" {
				return
			}
			on, ok := diags[0].(diag.DiagnosticWithPath)
			if !ok || !on.Path().Equal(path.Root(test.at)) ||
				!strings.Contains(diags[0].Detail(), "each apply would undo the other") {
				t.Errorf("want an error on %s, got %v", test.at, diags[0])
			}
		})
	}
}

// The id of what is new is known in the middle of an apply.
func TestEdges_Made(t *testing.T) {
	t.Parallel()
	g, m := types.StringValue("g"), types.StringValue("m")
	for name, test := range map[string]struct {
		made     attr.Value
		plan     func(run *fw.Run, diags *diag.Diagnostics)
		conflict bool
	}{
		"a list of the other side": {
			fw.IDSet(nil), func(run *fw.Run, diags *diag.Diagnostics) {
				run.GroupMembers.Manage(fw.Right, m, "groups", fw.IDSet([]string{"g"}), diags)
			}, true,
		},
		"a single edge": {
			fw.IDSet(nil), func(run *fw.Run, diags *diag.Diagnostics) { run.GroupMembers.ManageOne(g, m, true, diags) }, true,
		},
		"a single edge without a list": {
			types.SetNull(types.StringType),
			func(run *fw.Run, diags *diag.Diagnostics) { run.GroupMembers.ManageOne(g, m, true, diags) }, false,
		},
		"an edge of another": {
			fw.IDSet(nil), func(run *fw.Run, diags *diag.Diagnostics) {
				run.GroupMembers.Manage(fw.Right, m, "groups", fw.IDSet([]string{"h"}), diags)
			}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := fw.NewRun(nil)
			var diags diag.Diagnostics
			run.GroupMembers.Manage(fw.Left, types.StringUnknown(), "members", test.made, &diags)
			run.GroupMembers.Made(fw.Left, g, test.made)
			if test.plan(run, &diags); diags.HasError() != test.conflict {
				t.Errorf("got %v", diags)
			}
		})
	}
}

func TestEdges_ManageOne_twins(t *testing.T) {
	t.Parallel()
	type step func(e *fw.Edges, diags *diag.Diagnostics)
	add := func(m string) step {
		return func(e *fw.Edges, diags *diag.Diagnostics) {
			e.ManageOne(types.StringValue("g"), types.StringValue(m), true, diags)
		}
	}
	keep := func(e *fw.Edges, diags *diag.Diagnostics) {
		e.ManageOne(types.StringValue("g"), types.StringValue("m"), false, diags)
	}
	destroy := func(e *fw.Edges, diags *diag.Diagnostics) {
		e.ReleaseOne(types.StringValue("g"), types.StringValue("m"), diags)
	}
	unborn := func(e *fw.Edges, diags *diag.Diagnostics) {
		e.ManageOne(types.StringUnknown(), types.StringValue("m"), true, diags)
	}
	for name, test := range map[string]struct {
		steps []step
		want  string
	}{
		"two of the same":             {[]step{add("m"), add("m")}, "Remove one of the two"},
		"two of different":            {[]step{add("m"), add("n")}, ""},
		"made, then destroyed":        {[]step{add("m"), destroy}, "moved block"},
		"destroyed, then made":        {[]step{destroy, add("m")}, "moved block"},
		"another one destroyed":       {[]step{destroy, add("n")}, ""},
		"planned twice when replaced": {[]step{keep, add("m")}, ""},
		"two that are not known":      {[]step{unborn, unborn}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			edges := &fw.NewRun(nil).GroupMembers
			for _, step := range test.steps {
				step(edges, &diags)
			}
			if (test.want == "") != (len(diags) == 0) || len(diags) > 0 && !strings.Contains(diags[0].Detail(), test.want) {
				t.Errorf("got %v, want %q", diags, test.want)
			}
		})
	}
}
