// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
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

// Keys of what the resources of one run tell each other: see fw.Run.
func readKey(id string) string         { return "provider user read/" + id }
func plannedKey(id string) string      { return "provider user planned/" + id }
func anewKey(id string) string         { return "provider user invited anew/" + id }
func invitedKey(address string) string { return "provider user invited/" + address }

// replacedKey is where the private state of a plan has the id of the user, quoted: when Terraform replaces the resource,
// it plans the creation with it.
const replacedKey = "id"

// otherProvider says that the state belongs to somebody else's provider: nothing in it can be looked up.
func otherProvider(diags *diag.Diagnostics, id, acting string) {
	diags.AddError("Another provider than before", fmt.Sprintf(
		"This belongs to provider %s, and the account works for provider %s. Check server, account and provider_id of the "+
			"provider block. Nothing was changed.", id, acting))
}

// ModifyPlan plans the status and refuses what the server would refuse at apply, or would do although it must not be.
func (r *providerUserResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil {
		return
	}
	r.Run.Claim(ctx, "bitwarden_provider_user", "id", req, resp)
	var plan, state providerUserModel
	ok := true
	if !req.State.Raw.IsNull() {
		state, ok = fw.Load[providerUserModel](ctx, req.State, &resp.Diagnostics)
	}
	if ok && !req.Plan.Raw.IsNull() {
		plan, ok = fw.Load[providerUserModel](ctx, req.Plan, &resp.Diagnostics)
	}
	switch {
	case !ok:
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, &state, &resp.Diagnostics)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &plan, req, &resp.Diagnostics)
	default:
		r.planUpdate(ctx, &plan, &state, resp)
		// Together with another change it would depend on the moment whether plan and apply agree.
		if req.Plan.Raw.Equal(req.State.Raw) && state.resends(time.Now()) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("invited_at"), types.StringUnknown())...)
		}
	}
}

// planCreate refuses to invite somebody twice: the server would skip the second invitation silently.
func (r *providerUserResource) planCreate(
	ctx context.Context, plan *providerUserModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics,
) {
	if err := r.Client.RequireProviderAdmin(ctx); err != nil {
		fw.AddError(diags, "Could not invite provider user", err)
		return
	}
	if plan.Email.IsUnknown() {
		return
	}
	address := strings.ToLower(plan.Email.ValueString())
	if !r.Run.Note(invitedKey(address)) {
		diags.AddAttributeError(path.Root("email"), "Address is invited twice", fmt.Sprintf(
			"Another bitwarden_provider_user invites %s in the same run. Remove one of the two.", address))
		return
	}
	u, err := r.Client.ProviderUserByEmail(ctx, address)
	switch {
	case bitwarden.IsNotFound(err):
		return
	case err != nil:
		fw.AddError(diags, "Could not check the address of the user", err)
		return
	}
	if marker, _ := req.Private.GetKey(ctx, replacedKey); string(marker) == strconv.Quote(u.ID) {
		return // It is replaced.
	}
	if r.Run.Noted(readKey(u.ID)) && r.Run.Note(anewKey(u.ID)) && !r.Run.Noted(plannedKey(u.ID)) {
		return // It is tainted. Should another resource have this user, its plan finds the note.
	}
	diags.AddAttributeError(path.Root("email"), "Address works for the provider already", fmt.Sprintf(
		"%s is provider user %s with the role %q and the status %q. If no other resource manages this user, import it as "+
			"%s/%[1]s. If another one does, remove one of the two, or add a moved block when it was renamed.",
		address, u.ID, u.Role, u.Status, u.ProviderID))
}

func (r *providerUserResource) planUpdate(
	ctx context.Context, plan, state *providerUserModel, resp *resource.ModifyPlanResponse,
) {
	replaced := []byte(strconv.Quote(state.ID.ValueString()))
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedKey, replaced)...)
	r.notePlanned(state, &resp.Diagnostics)
	if r.replaces(ctx, plan, state) {
		r.refuseSelf(ctx, state, "email", &resp.Diagnostics)
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("email"))
		return // Terraform plans again, as a creation.
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), plan.plannedStatus(state))...)
	if !plan.Role.IsUnknown() && !plan.Role.Equal(state.Role) {
		r.refuseSelf(ctx, state, "role", &resp.Diagnostics)
	}
}

// planDestroy lets the acting account stay instead of refusing, so that everything else can be destroyed.
func (r *providerUserResource) planDestroy(ctx context.Context, state *providerUserModel, diags *diag.Diagnostics) {
	r.notePlanned(state, diags)
	if r.isSelf(ctx, state, diags) {
		diags.AddWarning("The acting account stays in the provider", ownAccountStays(state))
	}
}

// replaces tells whether the plan is for somebody else. An address that the person has given to the account is no change,
// and one that is not known yet may be the same: if it turns out not to be, Terraform stops before it does anything.
func (r *providerUserResource) replaces(ctx context.Context, plan, state *providerUserModel) bool {
	if plan.Email.IsUnknown() || strings.EqualFold(plan.Email.ValueString(), state.Email.ValueString()) {
		return false
	}
	u, err := r.Client.ProviderUser(ctx, state.ID.ValueString())
	return err != nil || !strings.EqualFold(u.Email, plan.Email.ValueString())
}

// notePlanned says that a resource manages this user, and finds another one that is about to invite the same person.
func (r *providerUserResource) notePlanned(state *providerUserModel, diags *diag.Diagnostics) {
	id := state.ID.ValueString()
	r.Run.Note(plannedKey(id))
	if r.Run.Noted(anewKey(id)) {
		diags.AddAttributeError(path.Root("email"), "Address is used by two resources", fmt.Sprintf(
			"Another bitwarden_provider_user invites %s, whom this resource has as provider user %s. Remove one of the two, "+
				"or add a moved block when it was renamed.", state.Email.ValueString(), id))
	}
}

// isSelf tells whether the user is the account that acts. It is a confirmed admin: as long as it stays, the provider has
// one.
func (r *providerUserResource) isSelf(
	ctx context.Context, state *providerUserModel, diags *diag.Diagnostics,
) bool {
	account, err := r.Client.Account(ctx)
	if err != nil {
		fw.AddError(diags, "Could not find out who acts", err)
		return false
	}
	return account.UserID == state.UserID.ValueString()
}

// refuseSelf refuses to lock the acting account out.
func (r *providerUserResource) refuseSelf(
	ctx context.Context, state *providerUserModel, attribute string, diags *diag.Diagnostics,
) {
	if r.isSelf(ctx, state, diags) {
		diags.AddAttributeError(path.Root(attribute), "Provider user is the acting account", fmt.Sprintf(
			"Provider user %s (%s) is the account that Terraform acts with; it does not demote or replace itself. Let another "+
				"provider admin do it.", state.ID.ValueString(), state.Email.ValueString()))
	}
}

func ownAccountStays(state *providerUserModel) string {
	return fmt.Sprintf("Provider user %s (%s) is the account that Terraform acts with. Terraform forgets the user, but "+
		"removes nobody from the provider.", state.ID.ValueString(), state.Email.ValueString())
}

// warnMoved says that the person has changed the address of the account. The state keeps the one of the configuration.
func warnMoved(diags *diag.Diagnostics, state *providerUserModel, u *bitwarden.ProviderUser) {
	if state.Email.IsNull() || strings.EqualFold(state.Email.ValueString(), u.Email) {
		return
	}
	diags.AddAttributeWarning(path.Root("email"), "Provider user has another address now", fmt.Sprintf(
		"The account of provider user %s has the address %s now. Set email to it: that replaces nobody.", u.ID, u.Email))
}
