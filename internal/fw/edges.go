// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Edges is one relation that either of its two kinds of objects can manage, such as groups and members: a set of edges
// that both manage would be undone by one side after the other. Resources of their own can manage edges one by one.
type Edges struct {
	names [2]string // what the objects of the two sides are called

	mu      sync.Mutex
	managed [2][]managedEdges
	single  [][2]string // the ids of both ends of edges that have a resource of their own
	added   map[[2]string]bool
	removed map[[2]string]bool
}

type managedEdges struct {
	id     string // empty while it is known only after apply
	others []string
}

// Side is one of the two kinds of objects of a relation.
type Side int

// The sides of a relation, in the order of its name: in GroupMembers, Groups are on the left.
const (
	Left  Side = 0
	Right Side = 1
)

// Manage is for the plan of an object that manages its edges by the named attribute; a null value does not. It adds an
// error when an object of the other side manages the same edge, or would remove it.
func (e *Edges) Manage(side Side, id types.String, attribute string, value attr.Value, diags *diag.Diagnostics) {
	if value.IsNull() {
		return
	}
	mine := managedEdges{id: id.ValueString(), others: keys(value)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.managed[side] = append(e.managed[side], mine)
	for _, theirs := range e.managed[1-side] {
		if slices.Contains(mine.others, theirs.id) || slices.Contains(theirs.others, mine.id) {
			diags.AddAttributeError(path.Root(attribute), "Managed from two sides", fmt.Sprintf(
				"This %[1]s manages its %[2]ss by %[3]s, and the %[2]s %[4]s manages its %[1]ss as well: each apply would undo "+
					"the other. Choose one side, and leave the attribute out on the other.",
				e.names[side], e.names[1-side], attribute, theirs.id))
			return
		}
	}
	for _, ends := range e.single {
		if mine.id != "" && ends[side] == mine.id {
			diags.AddAttributeError(path.Root(attribute), managedTwice, e.twice(side, attribute, ends))
			return
		}
	}
}

// Made is for an object that was made just now, and whose plan did not know its id: the apply plans what refers to it
// again, and then Manage and ManageOne find it.
func (e *Edges) Made(side Side, id types.String, value attr.Value) {
	if value.IsNull() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.managed[side] = append(e.managed[side], managedEdges{id: id.ValueString(), others: keys(value)})
}

// ManageOne is for the plan of a resource that manages a single edge, between objects with these ids; it is new when the
// plan makes it. ManageOne adds an error when one of the two objects manages all of its edges, and so would remove
// others', and when another resource makes the same edge or gives it up in the same run.
func (e *Edges) ManageOne(left, right types.String, isNew bool, diags *diag.Diagnostics) {
	ends := [2]string{left.ValueString(), right.ValueString()}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.single = append(e.single, ends)
	for _, side := range []Side{Left, Right} {
		for _, theirs := range e.managed[side] {
			if theirs.id != "" && theirs.id == ends[side] {
				diags.AddAttributeError(
					path.Root(e.names[side]+"_id"), managedTwice, e.twice(side, e.names[1-side]+"s", ends))
				return
			}
		}
	}
	if !isNew || ends[Left] == "" || ends[Right] == "" {
		return
	}
	switch {
	case e.added[ends]:
		diags.AddError("Managed by two resources", fmt.Sprintf(
			"Another resource is for the %s %s and the %s %s as well. Remove one of the two.",
			e.names[Left], ends[Left], e.names[Right], ends[Right]))
	case e.removed[ends]:
		diags.AddError(renamed, e.renamed(ends))
	}
	if e.added == nil {
		e.added = map[[2]string]bool{}
	}
	e.added[ends] = true
}

// ReleaseOne is for the destruction of what ManageOne is for. It adds an error when another resource makes the same edge
// in the same run: which of the two came last would be left to chance.
func (e *Edges) ReleaseOne(left, right types.String, diags *diag.Diagnostics) {
	ends := [2]string{left.ValueString(), right.ValueString()}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.added[ends] {
		diags.AddError(renamed, e.renamed(ends))
	}
	if e.removed == nil {
		e.removed = map[[2]string]bool{}
	}
	e.removed[ends] = true
}

const renamed = "Resource was renamed without a moved block"

func (e *Edges) renamed(ends [2]string) string {
	return fmt.Sprintf("One resource for the %s %s and the %s %s is made and another one destroyed in the same run. "+
		"Add a moved block.", e.names[Left], ends[Left], e.names[Right], ends[Right])
}

const managedTwice = "Managed as a list and one by one"

func (e *Edges) twice(side Side, attribute string, ends [2]string) string {
	return fmt.Sprintf("The %[1]s %[2]s manages all of its %[3]ss by %[4]s, and another resource manages the %[3]s %[5]s "+
		"of it alone: each apply would undo the other. Leave %[4]s out on the %[1]s, or take out the resource for the "+
		"single %[3]s.",
		e.names[side], ends[side], e.names[1-side], attribute, ends[1-side])
}

// keys are the known ids in a set of ids or in an access list.
func keys(value attr.Value) []string {
	var ids []string
	switch value := value.(type) {
	case types.Set:
		for _, element := range value.Elements() {
			if id, ok := element.(types.String); ok && id.ValueString() != "" {
				ids = append(ids, id.ValueString())
			}
		}
	case types.Map:
		for id := range value.Elements() {
			ids = append(ids, id)
		}
	}
	return ids
}
