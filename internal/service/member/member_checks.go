// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// Keys of what the resources of one run tell each other: see fw.Run.
func readKey(id string) string    { return "member read/" + id }
func plannedKey(id string) string { return "member planned/" + id }
func roleKey(id string) string    { return "member role/" + id }
func anewKey(id string) string    { return "member invited anew/" + id }
func invitedKey(organizationID, address string) string {
	return "member invited/" + organizationID + "/" + address
}

func revokedKey(organizationID, address string) string {
	return "member revoked/" + organizationID + "/" + strings.ToLower(address)
}

// replacedKey is where the private state of a plan has the id of the member, quoted: when Terraform replaces the
// resource, it plans the creation with it.
const replacedKey = "id"

// refuse adds an error on an attribute, or on the whole resource when it is empty.
func refuse(diags *diag.Diagnostics, attribute, summary, detail string) {
	if attribute == "" {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(path.Root(attribute), summary, detail)
}

// checkRole refuses the custom role where the plan of the organization does not have it.
func (r *memberResource) checkRole(ctx context.Context, plan memberModel, diags *diag.Diagnostics) {
	if plan.role() != bitwarden.RoleCustom {
		return
	}
	organizationID := plan.OrganizationID.ValueString()
	o, err := r.Client.Organization(ctx, organizationID)
	if err != nil {
		if !bitwarden.IsNotFound(err) {
			fw.AddError(diags, "Could not check the role of the member", err)
		}
		return
	}
	if can, known := o.Abilities["use_custom_permissions"]; known && !can {
		refuse(diags, "role", "Plan without the custom role", fmt.Sprintf(
			"Organization %s has the plan %q, which does not have the role %q: that needs an Enterprise plan. Use another "+
				"role here.", organizationID, o.Plan, bitwarden.RoleCustom))
	}
}

// checkAddress refuses to invite somebody twice: the server would skip the second invitation silently, or make two
// members of one person. Nobody can import the owner who was invited together with the organization: that open
// invitation is taken over. So are a member whom a destruction has revoked, and the last owner: a destruction that leaves
// him where he is, and fails at something else, must not stand in the way of the next one.
func (r *memberResource) checkAddress(
	ctx context.Context, plan memberModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if plan.Email.IsUnknown() {
		return
	}
	organizationID, address := plan.OrganizationID.ValueString(), strings.ToLower(plan.Email.ValueString())
	if !r.Run.Note(invitedKey(organizationID, address)) {
		refuse(&resp.Diagnostics, "email", "Address is invited twice", fmt.Sprintf(
			"Another bitwarden_member invites %s to organization %s in the same run. Remove one of the two.",
			address, organizationID))
		return
	}
	m, err := r.Client.MemberByEmail(ctx, organizationID, address)
	if err != nil {
		if !bitwarden.IsNotFound(err) {
			fw.AddError(&resp.Diagnostics, "Could not check the address of the member", err)
		}
		return
	}
	marker, _ := req.Private.GetKey(ctx, replacedKey)
	replaced := string(marker) == strconv.Quote(m.ID)
	tainted := r.Run.Noted(readKey(m.ID))
	last, err := r.isLastOwner(ctx, organizationID, m.ID)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not check the owners of the organization", err)
		return
	}
	takeover := (isOpenOwner(m) || last) && plan.role() == bitwarden.RoleOwner ||
		r.Run.Noted(revokedKey(organizationID, address)) || plan.comesBackAs(m)
	// Should another resource manage this member, its plan finds the note.
	if !replaced && (!tainted && !takeover || !r.Run.Note(anewKey(m.ID)) || r.Run.Noted(plannedKey(m.ID))) {
		refuse(&resp.Diagnostics, "email", "Address is in the organization already", inUse(address, m))
		return
	}
	if plan.comesBackAs(m) && !replaced && !tainted {
		resp.Diagnostics.AddAttributeWarning(path.Root("email"), "Revoked member comes back", fmt.Sprintf(
			"%s is member %s of organization %s, and revoked. With on_destroy = %q the same member comes back with the "+
				"configured role and access, instead of being invited.", address, m.ID, organizationID, onDestroyRevoke))
	}
	if last && takeover && !replaced && !tainted && !plan.Revoked.ValueBool() {
		return
	}
	r.checkLastOwner(ctx, imported().fromAPI(m), "email", resp)
	r.checkSelf(ctx, imported().fromAPI(m), "email", resp)
}

// inUse tells what to do about an address that is in the organization.
func inUse(address string, m *bitwarden.Member) string {
	back := ""
	if m.Status == bitwarden.StatusRevoked {
		back = ", and the apply gives the access back unless revoked = true"
	}
	return fmt.Sprintf("%s is member %s of organization %s, with the status %q. If no other resource manages this "+
		"member, import it as %[3]s/%[1]s%[5]s. If another one does, remove one of the two; if that one was renamed, or has "+
		"another key of for_each now, add a moved block. If this one replaces it, plan with a refresh and apply without "+
		"create_before_destroy: nobody can be in an organization twice.", address, m.ID, m.OrganizationID, m.Status, back)
}

// notePlanned says that a resource manages this member, and finds another one that is about to invite the same person.
func (r *memberResource) notePlanned(state memberModel, diags *diag.Diagnostics) {
	if r.Run == nil {
		return
	}
	id := state.ID.ValueString()
	r.Run.Note(plannedKey(id))
	if r.Run.Noted(roleKey(id)) {
		refuse(diags, "role", roleTwice, roleTwiceDetail(state.OrganizationID.ValueString(), id))
	}
	if r.Run.Noted(anewKey(id)) {
		refuse(diags, "email", "Address is used by two resources", fmt.Sprintf(
			"Another bitwarden_member invites %s to organization %s, where this resource has member %s. Remove one of the "+
				"two, or add a moved block when it was renamed.",
			state.Email.ValueString(), state.OrganizationID.ValueString(), id))
	}
}

const roleTwice = "Role is managed by two resources"

func roleTwiceDetail(organizationID, id string) string {
	return fmt.Sprintf("A bitwarden_member manages member %s of organization %s, and a bitwarden_member_role its role as "+
		"well. Remove one of the two: bitwarden_member_role is for members that a directory provisions.", id, organizationID)
}

// isLastOwner tells whether nobody else is a confirmed owner of the organization.
func (r *memberResource) isLastOwner(ctx context.Context, organizationID, id string) (bool, error) {
	members, err := r.Client.Members(ctx, organizationID)
	if err != nil {
		return false, err
	}
	last := false
	for _, m := range members {
		if isConfirmedOwner(m) {
			if m.ID != id {
				return false, nil
			}
			last = true
		}
	}
	return last, nil
}

func (r *memberResource) checkLastOwner(
	ctx context.Context, state memberModel, attribute string, resp *resource.ModifyPlanResponse,
) {
	organizationID, id := state.OrganizationID.ValueString(), state.ID.ValueString()
	last, err := r.isLastOwner(ctx, organizationID, id)
	switch {
	case bitwarden.IsNotFound(err):
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not check the owners of the organization", err)
	case last:
		refuse(&resp.Diagnostics, attribute, "Last owner of the organization", fmt.Sprintf(
			"Member %s is the last confirmed owner of organization %s and has to stay. Add another member with "+
				"role = \"owner\" and change this one when that one is confirmed.", id, organizationID))
	}
}

// isSelf tells whether a member is the account that acts.
func (r *memberResource) isSelf(ctx context.Context, state memberModel) (bool, error) {
	if state.UserID.IsNull() {
		return false, nil
	}
	account, err := r.Client.Account(ctx)
	return err == nil && account.UserID == state.UserID.ValueString(), err
}

// checkSelf refuses to lock the acting account out.
func (r *memberResource) checkSelf(
	ctx context.Context, state memberModel, attribute string, resp *resource.ModifyPlanResponse,
) {
	self, err := r.isSelf(ctx, state)
	switch {
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not find out who acts", err)
	case self:
		refuse(&resp.Diagnostics, attribute, "Member is the acting account", fmt.Sprintf(
			"Member %s of organization %s is the account that Terraform acts with; it does not revoke or remove itself. Let "+
				"another account do it.", state.ID.ValueString(), state.OrganizationID.ValueString()))
	}
}

// checkSeat counts a member who has a seat after the run.
func (r *memberResource) checkSeat(ctx context.Context, plan, state memberModel, diags *diag.Diagnostics) {
	organizationID, id := plan.OrganizationID.ValueString(), state.ID.ValueString()
	switch {
	case plan.Revoked.IsUnknown() || plan.Revoked.ValueBool():
	case state.status() == bitwarden.StatusRevoked:
		r.Run.TakeSeat(ctx, organizationID, id, path.Root("revoked"), diags)
	default:
		r.Run.KeepSeat(ctx, organizationID, id, diags)
	}
}

// checkClaimed says before the apply that an account which the organization has claimed cannot be removed and is revoked,
// and that only such an account can be deleted.
func (r *memberResource) checkClaimed(
	ctx context.Context, state memberModel, resp *resource.ModifyPlanResponse,
) {
	onDestroy := state.OnDestroy.ValueString()
	m, err := r.Client.Member(ctx, state.OrganizationID.ValueString(), state.ID.ValueString())
	switch {
	case err != nil:
	case onDestroy == onDestroyRemove && m.ClaimedByOrganization:
		resp.Diagnostics.AddWarning("Claimed account is revoked instead of removed", claimedStays(m))
	case onDestroy == onDestroyDelete && !m.ClaimedByOrganization && m.UserID != "":
		refuse(&resp.Diagnostics, "", "Account is not the organization's", fmt.Sprintf(
			"Organization %s has not claimed the account of member %s by a domain, and so cannot delete it. Set on_destroy = "+
				"%q or %q on it and apply that first.", m.OrganizationID, m.ID, onDestroyRemove, onDestroyRevoke))
	}
}

func lastOwnerStays(organizationID, id string) string {
	return fmt.Sprintf("Member %s is the last confirmed owner of organization %s. Terraform forgets the member, but "+
		"removes nobody from the organization.", id, organizationID)
}

func ownAccountStays(organizationID, id string) string {
	return fmt.Sprintf("Member %s of organization %s is the account that Terraform acts with. Terraform forgets the "+
		"member, but does not remove itself from the organization.", id, organizationID)
}

func claimedStays(m *bitwarden.Member) string {
	return fmt.Sprintf("Organization %s has claimed the account of member %s by its domain, and such a member cannot be "+
		"removed. Set on_destroy = %q to be asked no more, or %q to delete the account with everything in it.",
		m.OrganizationID, m.ID, onDestroyRevoke, onDestroyDelete)
}

// warnMoved says that the person has changed the address of the account. The state keeps the one of the configuration.
func warnMoved(diags *diag.Diagnostics, state memberModel, m *bitwarden.Member) {
	if state.Email.IsNull() || strings.EqualFold(state.Email.ValueString(), m.Email) {
		return
	}
	diags.AddAttributeWarning(path.Root("email"), "Member has another address now", fmt.Sprintf(
		"The account of member %s of organization %s has the address %s now. Set email to it: that replaces nobody.",
		m.ID, m.OrganizationID, m.Email))
}
