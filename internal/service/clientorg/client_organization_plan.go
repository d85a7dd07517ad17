// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// ModifyPlan refuses what the apply would: destruction under protection, and fewer seats than are in use, which the
// server would take, and refuse every invitation afterwards.
func (r *clientOrganizationResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.State.Raw.IsNull() {
		return
	}
	state, ok := fw.Load[clientOrganizationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if req.Plan.Raw.IsNull() {
		refuseDestroy(&state, &resp.Diagnostics)
		return
	}
	plan, ok := fw.Load[clientOrganizationModel](ctx, req.Plan, &resp.Diagnostics)
	if ok && plan.lacksSeats(&state) {
		resp.Diagnostics.AddAttributeError(path.Root("seats"), "Fewer seats than are in use", fmt.Sprintf(
			"%d members are invited, accepted or confirmed in %s, so seats cannot be %d. Set seats to at least %[1]d, or "+
				"remove members first.", state.OccupiedSeats.ValueInt64(), state.ID.ValueString(), plan.Seats.ValueInt64()))
	}
}

func refuseDestroy(state *clientOrganizationModel, diags *diag.Diagnostics) bool {
	if !state.DeletionProtection.ValueBool() || state.OnDestroy.ValueString() == onDestroyRetain {
		return false
	}
	diags.AddAttributeError(path.Root("deletion_protection"), "Client organization is protected", fmt.Sprintf(
		"%q (%s) has deletion_protection. Apply deletion_protection = false first, or on_destroy = %q to forget the "+
			"organization without touching it.", state.Name.ValueString(), state.ID.ValueString(), onDestroyRetain))
	return true
}
