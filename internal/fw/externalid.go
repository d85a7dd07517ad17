// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// maxExternalID is the server's limit in characters.
const maxExternalID = 300

// ExternalIDAttribute is the external id of a member or group, which the server takes by the Public API alone; the kind is
// the object's name in the description.
func ExternalIDAttribute(kind string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Id of the %s in a directory or another system, at most %d characters long. "+
			"Leave it out when directory synchronization sets it; what was set stays when it is left out. Setting it needs "+
			"the master password and a plan with the Public API, since the server takes it in no other way.",
			kind, maxExternalID),
		Optional:      true,
		Computed:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		Validators:    []validator.String{stringvalidator.UTF8LengthBetween(1, maxExternalID)},
	}
}

// SetsExternalID tells whether a plan has another external id than there is; one that is not configured stays.
func SetsExternalID(plan, current types.String) bool {
	return !plan.IsNull() && !plan.IsUnknown() && !plan.Equal(current)
}

// CheckExternalID says at plan why the external id of an object in an organization cannot be set, if it is to be.
func CheckExternalID(
	ctx context.Context, client *bitwarden.Client, organizationID, plan, state types.String, diags *diag.Diagnostics,
) {
	if organizationID.IsUnknown() || !SetsExternalID(plan, state) {
		return
	}
	err := client.CheckPublicAPI(ctx, organizationID.ValueString(), "external_id")
	if err != nil && !bitwarden.IsNotFound(err) {
		AddError(diags, "External id cannot be set", err)
	}
}
