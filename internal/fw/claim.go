// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// claimedKey is where the private state of a plan has the id of the object, quoted: when Terraform replaces the resource,
// the plan of the creation gets it.
const claimedKey = "claimed"

// Claim is for the plan of a resource that manages a whole object, whose id the named attribute has. It adds an error
// when another resource of the type has the same object. What is destroyed, and an id that is not known yet, claim
// nothing. Within one walk Terraform plans a resource once, and a replacement once with and once without the old state.
func (r *Run) Claim(
	ctx context.Context, typeName, name string, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	id, prior := known(attribute(req.Plan.Raw, name)), known(attribute(req.State.Raw, name))
	if r == nil || id == "" || prior != "" && prior != id { // Another id is a replacement: Terraform plans it again.
		return
	}
	kept, made := "kept/"+typeName+"/"+id, "made/"+typeName+"/"+id
	var twice bool
	if prior == id {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, claimedKey, []byte(strconv.Quote(id)))...)
		twice = !r.Note(kept) || r.Noted(made)
	} else {
		marker, _ := req.Private.GetKey(ctx, claimedKey)
		twice = !r.Note(made) || r.Noted(kept) && string(marker) != strconv.Quote(id)
	}
	if twice {
		resp.Diagnostics.AddAttributeError(path.Root(name), "Object is managed by two resources", fmt.Sprintf(
			"Another %s has the %s %s, too: each apply would undo the other. Take one of the two out of the configuration by a "+
				"removed block with destroy = false, or by terraform state rm.", typeName, name, id))
	}
}

// known is a text, empty while it is unknown or null.
func known(value tftypes.Value) string {
	var text string
	if value.IsKnown() && !value.IsNull() {
		_ = value.As(&text) // It fails for what is no text.
	}
	return text
}
