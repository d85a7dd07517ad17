// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// OnlyID returns the id of the only object of its kind, such as "collection", that has an attribute's value; ids are
// those of all objects that have it. Names of other objects stay out of the error: they are encrypted for a reason.
func OnlyID(kind, attribute, value string, ids []string) (string, error) {
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", &bitwarden.InputError{
			Field: attribute, Reason: fmt.Sprintf("no %s has the %s %q", kind, attribute, value),
			Remedy: fmt.Sprintf("The data source bitwarden_%ss lists what there is", kind),
		}
	default:
		return "", LookupError(kind, attribute, value, ids, nil)
	}
}

// WarnUnmanaged warns when the plan takes one of the named attributes out of management: Terraform then shows all of
// its elements as removed, but nothing changes on the server.
func WarnUnmanaged(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, names ...string) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	for _, name := range names {
		if isSet(req.State.Raw, name) && !isSet(req.Plan.Raw, name) {
			resp.Diagnostics.AddAttributeWarning(path.Root(name), "Attribute is no longer managed here", fmt.Sprintf(
				"The configuration has no %s any more. Nothing is removed on the server; Terraform only stops looking after "+
					"it. An empty value removes all.", name))
		}
	}
}

func isSet(object tftypes.Value, name string) bool {
	var attributes map[string]tftypes.Value
	return object.As(&attributes) == nil && !attributes[name].IsNull()
}
