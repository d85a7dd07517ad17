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
// that both manage would be undone by one side after the other.
type Edges struct {
	names [2]string // what the objects of the two sides are called

	mu      sync.Mutex
	managed [2][]managedEdges
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
