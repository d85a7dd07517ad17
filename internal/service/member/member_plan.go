// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// ValidateConfig refuses permissions without the role that has them.
func (r *memberResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	if config, ok := fw.Load[memberModel](ctx, req.Config, &resp.Diagnostics); ok {
		validatePermissions(config.Role, config.Permissions, &resp.Diagnostics)
	}
}

func validatePermissions(role types.String, permissions types.Object, diags *diag.Diagnostics) {
	if permissions.IsNull() || permissions.IsUnknown() || role.IsUnknown() ||
		role.ValueString() == string(bitwarden.RoleCustom) {
		return
	}
	diags.AddAttributeError(path.Root("permissions"), "Permissions without the custom role", fmt.Sprintf(
		"Only the role %q has permissions of its own. Set role = %[1]q, or take permissions out.", bitwarden.RoleCustom))
}

// ModifyPlan plans the status and refuses what the server would refuse at apply, or would do although it must not be.
func (r *memberResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	defer fw.WarnUnmanaged(req, resp, "groups", "collections") // It is silent about a replacement.
	var plan, state memberModel
	ok := true
	if !req.State.Raw.IsNull() {
		state, ok = fw.Load[memberModel](ctx, req.State, &resp.Diagnostics)
	}
	if ok && !req.Plan.Raw.IsNull() {
		plan, ok = fw.Load[memberModel](ctx, req.Plan, &resp.Diagnostics)
	}
	if ok && r.Run != nil && !req.Plan.Raw.IsNull() {
		r.Run.Claim(ctx, "bitwarden_member", "id", req, resp)
		r.Run.GroupMembers.Manage(fw.Right, plan.ID, "groups", plan.Groups, &resp.Diagnostics)
		r.Run.CollectionMembers.Manage(fw.Right, plan.ID, "collections", plan.Collections, &resp.Diagnostics)
	}
	switch {
	case !ok:
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, state, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, plan, req, resp)
	default:
		r.planUpdate(ctx, plan, state, resp)
		// Together with another change it would depend on the moment whether plan and apply agree.
		if req.Plan.Raw.Equal(req.State.Raw) && state.resends(time.Now()) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("invited_at"), types.StringUnknown())...)
		}
	}
}

func (r *memberResource) planCreate(
	ctx context.Context, plan memberModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Client == nil {
		return
	}
	r.Run.WillCreate(ctx, fw.Invitations, plan.OrganizationID, plan.invitation(), &resp.Diagnostics)
	if plan.OrganizationID.IsUnknown() || !r.CheckOrganization(ctx, plan.OrganizationID, &resp.Diagnostics) {
		return
	}
	r.checkRole(ctx, plan, &resp.Diagnostics)
	fw.CheckExternalID(ctx, r.Client, plan.OrganizationID, plan.ExternalID, types.StringNull(), &resp.Diagnostics)
	r.checkAddress(ctx, plan, req, resp)
	if !plan.Email.IsUnknown() && !plan.Revoked.ValueBool() && !resp.Diagnostics.HasError() {
		organizationID, address := plan.OrganizationID.ValueString(), plan.Email.ValueString()
		r.Run.TakeSeat(ctx, organizationID, address, path.Root("email"), &resp.Diagnostics)
	}
}

func (r *memberResource) planUpdate(
	ctx context.Context, plan, state memberModel, resp *resource.ModifyPlanResponse,
) {
	replaced := []byte(strconv.Quote(state.ID.ValueString()))
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedKey, replaced)...)
	if r.replaces(ctx, plan, state, resp) {
		return // Terraform plans again, as a creation.
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), plan.plannedStatus(state))...)
	if r.Client == nil {
		return
	}
	if plan.role() == bitwarden.RoleCustom && state.role() != bitwarden.RoleCustom {
		r.checkRole(ctx, plan, &resp.Diagnostics)
	}
	fw.CheckExternalID(ctx, r.Client, plan.OrganizationID, plan.ExternalID, state.ExternalID, &resp.Diagnostics)
	r.checkSeat(ctx, plan, state, &resp.Diagnostics)
	demotes := !plan.Role.IsUnknown() && plan.role() != bitwarden.RoleOwner && state.role() == bitwarden.RoleOwner
	revokes := plan.Revoked.ValueBool() && !state.Revoked.ValueBool()
	if demotes {
		r.checkLastOwner(ctx, state, "role", resp)
	}
	if revokes {
		r.checkLastOwner(ctx, state, "revoked", resp)
		r.checkSelf(ctx, state, "revoked", resp)
	}
}

// planDestroy lets the last owner and the acting account stay instead of refusing: an organization that is destroyed in
// the same run takes its members along, and nothing tells here whether that is so.
func (r *memberResource) planDestroy(
	ctx context.Context, state memberModel, resp *resource.ModifyPlanResponse,
) {
	if r.Client == nil {
		return
	}
	organizationID, id := state.OrganizationID.ValueString(), state.ID.ValueString()
	r.notePlanned(state, &resp.Diagnostics)
	last, err := r.isLastOwner(ctx, organizationID, id)
	self, selfErr := r.isSelf(ctx, state)
	switch {
	case bitwarden.IsNotFound(err):
	case err != nil || selfErr != nil:
		fw.AddError(&resp.Diagnostics, "Could not check the removal of the member", cmp.Or(err, selfErr))
	case last:
		resp.Diagnostics.AddWarning("The last owner stays in the organization", lastOwnerStays(organizationID, id))
	case self:
		resp.Diagnostics.AddWarning("The acting account stays in the organization", ownAccountStays(organizationID, id))
	default:
		r.checkClaimed(ctx, state, resp)
	}
}

// replaces tells whether the plan is for somebody else or for another organization. An address that the person has
// given to the account is no change.
func (r *memberResource) replaces(
	ctx context.Context, plan, state memberModel, resp *resource.ModifyPlanResponse,
) bool {
	if !plan.OrganizationID.Equal(state.OrganizationID) {
		return true
	}
	r.notePlanned(state, &resp.Diagnostics)
	if plan.Email.IsUnknown() {
		// A replacement would end the membership, although the address is most likely the same. The apply plans again.
		resp.Diagnostics.AddAttributeWarning(path.Root("email"), "Address is known after apply only", fmt.Sprintf(
			"Member %s of organization %s stays if the address turns out to be the same. If it is another one, the apply stops "+
				"with the message that the plan is inconsistent, and the next plan replaces the member.",
			state.ID.ValueString(), state.OrganizationID.ValueString()))
		return false
	}
	if strings.EqualFold(plan.Email.ValueString(), state.Email.ValueString()) {
		return false
	}
	if r.Client != nil {
		m, err := r.Client.Member(ctx, state.OrganizationID.ValueString(), state.ID.ValueString())
		if err == nil && strings.EqualFold(m.Email, plan.Email.ValueString()) {
			return false
		}
		r.checkLastOwner(ctx, state, "email", resp)
		r.checkSelf(ctx, state, "email", resp)
		r.checkClaimed(ctx, state, resp)
	}
	resp.RequiresReplace = append(resp.RequiresReplace, path.Root("email"))
	return true
}
