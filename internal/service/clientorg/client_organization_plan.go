// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// ModifyPlan refuses what the apply would, and what the server would do although it must not be: destruction under
// protection, fewer seats than are in use, a purchase of seats without leave.
func (r *clientOrganizationResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil {
		return
	}
	r.Run.Claim(ctx, clientType, "id", req, resp)
	var plan, state, config clientOrganizationModel
	ok := true
	if !req.State.Raw.IsNull() {
		state, ok = fw.Load[clientOrganizationModel](ctx, req.State, &resp.Diagnostics)
	}
	if ok && !req.Plan.Raw.IsNull() {
		plan, ok = fw.Load[clientOrganizationModel](ctx, req.Plan, &resp.Diagnostics)
	}
	if ok && !req.Plan.Raw.IsNull() {
		config, ok = fw.Load[clientOrganizationModel](ctx, req.Config, &resp.Diagnostics)
	}
	switch {
	case !ok:
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, &state, &resp.Diagnostics)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &plan, &config, req, &resp.Diagnostics)
	default:
		replaced := []byte(strconv.Quote(state.ID.ValueString()))
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedKey, replaced)...)
		r.planUpdate(ctx, &plan, &state, &config, &resp.Diagnostics)
	}
}

func (r *clientOrganizationResource) planCreate(
	ctx context.Context, plan, config *clientOrganizationModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics,
) {
	if err := cmp.Or(r.Client.Unlock(ctx), r.Client.RequireProviderAdmin(ctx)); err != nil {
		fw.AddError(diags, "Could not create client organization", err)
		return
	}
	if r.refuseTwin(ctx, plan, req, diags); diags.HasError() {
		return
	}
	r.Run.WillCreate(ctx, fw.Clients, types.StringNull(), "", diags)
	if config.Seats.IsUnknown() {
		return // Terraform plans again at apply, when they are known.
	}
	r.Run.NeedSeats(ctx, fw.SeatNeed{
		Plan: bitwarden.Plan(plan.Plan.ValueString()), Seats: plan.toAPI().Seats,
		AllowPurchase: mayBuy(plan.AllowSeatPurchase), Attribute: "seats",
	}, diags)
}

func (r *clientOrganizationResource) planUpdate(
	ctx context.Context, plan, state, config *clientOrganizationModel, diags *diag.Diagnostics,
) {
	r.notePlanned(state, diags)
	if !config.Seats.IsNull() {
		claimSeats(r.Run, state.ID.ValueString(), clientType, diags)
	}
	if plan.Seats.IsUnknown() {
		return
	}
	if !config.Seats.IsNull() {
		r.Run.NoteSeats(state.ID.ValueString(), int(plan.Seats.ValueInt64()))
	}
	if plan.lacksSeats(state) {
		diags.AddAttributeError(path.Root("seats"), "Fewer seats than are in use",
			tooFewSeats(state.ID.ValueString(), state.OccupiedSeats.ValueInt64(), plan.Seats.ValueInt64()))
		return
	}
	r.Run.NeedSeats(ctx, fw.SeatNeed{
		Client: state.ID.ValueString(), Plan: bitwarden.Plan(state.Plan.ValueString()),
		Seats:         int(plan.Seats.ValueInt64() - state.Seats.ValueInt64()),
		AllowPurchase: mayBuy(plan.AllowSeatPurchase), Attribute: "seats",
	}, diags)
}

// mayBuy tells whether a purchase is allowed, or may be: Terraform plans again at apply, when everything is known.
func mayBuy(allowed types.Bool) bool { return allowed.IsUnknown() || allowed.ValueBool() }

// planDestroy says what on_destroy lacks.
func (r *clientOrganizationResource) planDestroy(
	ctx context.Context, state *clientOrganizationModel, diags *diag.Diagnostics,
) {
	r.notePlanned(state, diags)
	if refuseDestroy(state, diags) {
		return
	}
	if onDestroy := state.OnDestroy.ValueString(); onDestroy != onDestroyDelete {
		diags.AddWarning("The client loses what is destroyed with it", fmt.Sprintf(
			"on_destroy = %q keeps %q (%s), but members, groups and collections that the same run destroys are removed from "+
				"it first. To keep them, forget them by terraform state rm before.",
			onDestroy, state.Name.ValueString(), state.ID.ValueString()))
	}
	var err error
	switch state.OnDestroy.ValueString() {
	case onDestroyUnlink:
		err = r.Client.CheckUnlink(ctx, state.ID.ValueString())
	case onDestroyDelete:
		err = r.Client.Unlock(ctx)
	}
	if err != nil {
		fw.AddError(diags, "Could not "+state.OnDestroy.ValueString()+" client organization", err)
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

func tooFewSeats(id string, occupied, wanted int64) string {
	return fmt.Sprintf("%d members are invited, accepted or confirmed in %s, so seats cannot be %d. Set seats to at "+
		"least %[1]d, or remove members first, in an apply before this one.", occupied, id, wanted)
}

// The two types of resources that can manage the seats of a client.
const (
	clientType = "bitwarden_client_organization"
	seatsType  = "bitwarden_client_organization_seats"
)

// seatsKey is the note that a resource of a type manages the seats of a client: see fw.Run.
func seatsKey(organizationID, typeName string) string {
	return typeName + " has seats of " + organizationID
}

// claimSeats is for a resource that manages the seats of a client. It refuses it when one of the other type does so, too.
func claimSeats(run *fw.Run, organizationID, mine string, diags *diag.Diagnostics) {
	other := seatsType
	if mine == seatsType {
		other = clientType
	}
	run.Note(seatsKey(organizationID, mine))
	if run.Noted(seatsKey(organizationID, other)) {
		diags.AddAttributeError(path.Root("seats"), "Seats are managed by two resources", fmt.Sprintf(
			"This %s sets the seats of %s, and so does a %s: each apply would undo the other. Leave seats out of the %s, or "+
				"take the %s out.", mine, organizationID, other, clientType, seatsType))
	}
}
