// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

// What happens to the person when the resource is destroyed.
const (
	onDestroyRemove = "remove"
	onDestroyRevoke = "revoke"
	onDestroyDelete = "delete_account"
)

type memberModel struct {
	ID                      types.String         `tfsdk:"id"`
	OrganizationID          types.String         `tfsdk:"organization_id"`
	Email                   fwtype.Email         `tfsdk:"email"`
	Role                    types.String         `tfsdk:"role"`
	Permissions             types.Object         `tfsdk:"permissions"`
	AccessSecretsManager    types.Bool           `tfsdk:"access_secrets_manager"`
	Groups                  types.Set            `tfsdk:"groups"`
	Collections             types.Map            `tfsdk:"collections"`
	AutoConfirm             types.Bool           `tfsdk:"auto_confirm"`
	FingerprintPhrase       types.String         `tfsdk:"fingerprint_phrase"`
	Revoked                 types.Bool           `tfsdk:"revoked"`
	OnDestroy               types.String         `tfsdk:"on_destroy"`
	ResendInvitationAfter   timetypes.GoDuration `tfsdk:"resend_invitation_after"`
	InvitedAt               types.String         `tfsdk:"invited_at"`
	UserID                  types.String         `tfsdk:"user_id"`
	Status                  types.String         `tfsdk:"status"`
	Name                    types.String         `tfsdk:"name"`
	ExternalID              types.String         `tfsdk:"external_id"`
	TwoStepLoginEnabled     types.Bool           `tfsdk:"two_step_login_enabled"`
	AccountRecoveryEnrolled types.Bool           `tfsdk:"account_recovery_enrolled"`
}

// toAPI is what the invitation takes.
func (m memberModel) toAPI() bitwarden.NewMember {
	return bitwarden.NewMember{
		Email:                m.Email.ValueString(),
		Role:                 m.role(),
		Permissions:          m.permissions(),
		AccessSecretsManager: m.AccessSecretsManager.ValueBool(),
		Groups:               fw.IDs(m.Groups),
		Collections:          fw.Access(m.Collections),
	}
}

// invitation is what invitations have to have in common to share a call.
func (m memberModel) invitation() string {
	return fmt.Sprint(m.Role, m.Permissions, m.AccessSecretsManager, m.Groups, m.Collections)
}

// toUpdate is everything that is managed here, and whether any of it differs from what there is. It is written as a
// whole, because somebody can edit the member until then, and an apply has to return what the plan promised.
func (m memberModel) toUpdate(current memberModel) (u bitwarden.MemberUpdate, changed bool) {
	u = bitwarden.MemberUpdate{
		Role:                 new(m.role()),
		Permissions:          m.permissions(),
		AccessSecretsManager: m.AccessSecretsManager.ValueBoolPointer(),
		Groups:               fw.IDs(m.Groups),
		Collections:          fw.Access(m.Collections),
	}
	if fw.SetsExternalID(m.ExternalID, current.ExternalID) {
		u.ExternalID = m.ExternalID.ValueStringPointer()
	}
	return u, u.ExternalID != nil || !m.Role.Equal(current.Role) || !m.Permissions.Equal(current.Permissions) ||
		!m.AccessSecretsManager.Equal(current.AccessSecretsManager) || !m.Groups.Equal(current.Groups) ||
		!m.Collections.Equal(current.Collections)
}

// resends tells whether the invitation is to be sent again at a moment: it is open and was sent too long ago.
func (m memberModel) resends(now time.Time) bool {
	return m.status() == bitwarden.StatusInvited && fw.Overdue(m.InvitedAt, m.ResendInvitationAfter, now)
}

// invited is the plan with the moment of the last invitation, after an apply that sent it again if it was to.
func (m memberModel) invited(state memberModel, api *bitwarden.Member, err error) memberModel {
	if !m.InvitedAt.IsUnknown() {
		return m
	}
	m.InvitedAt = state.InvitedAt
	if err == nil && api.Status == bitwarden.StatusInvited {
		m.InvitedAt = fw.Timestamp(time.Now())
	}
	return m
}

// without leaves out what the plan has from the state alone, and what others may have changed meanwhile.
func (m memberModel) without(config memberModel) memberModel {
	if config.ExternalID.IsNull() {
		m.ExternalID = types.StringUnknown()
	}
	return m
}

// fromAPI takes the server's values into a plan or state. Groups and collections that are null there are not managed
// here and stay null.
//
// The address stays the one the person was invited with: letter case apart, the server's only differs after the person
// has changed the account's address, and a plan that replaces somebody for that would end the membership.
func (m memberModel) fromAPI(api *bitwarden.Member) memberModel {
	if m.Email.IsNull() || m.Email.IsUnknown() {
		m.Email = fwtype.EmailValue(api.Email)
	}
	if m.InvitedAt.IsNull() || m.InvitedAt.IsUnknown() { // the server does not tell when it was sent again
		m.InvitedAt = fw.Timestamp(api.CreatedAt)
	}
	m.ID = types.StringValue(api.ID)
	m.OrganizationID = types.StringValue(api.OrganizationID)
	m.Role = types.StringValue(string(api.Role))
	m.Permissions = m.permissionsFromAPI(api)
	m.AccessSecretsManager = types.BoolValue(api.AccessSecretsManager)
	m.Groups = fw.IDSetValue(m.Groups, api.Groups)
	m.Collections = fw.AccessValue(m.Collections, api.Collections)
	m.Revoked = types.BoolValue(api.Status == bitwarden.StatusRevoked)
	m.UserID = fw.StringOrNull(api.UserID)
	m.Status = types.StringValue(string(api.Status))
	m.Name = fw.StringOrNull(api.Name)
	m.ExternalID = fw.StringOrNull(api.ExternalID)
	m.TwoStepLoginEnabled = types.BoolValue(api.TwoStepLoginEnabled)
	m.AccountRecoveryEnrolled = types.BoolValue(api.AccountRecoveryEnrolled)
	return m
}

// permissionsFromAPI shows rights for the custom role only: the server keeps a meaningless set for others. A custom
// role without any right needs no permissions in the configuration.
func (m memberModel) permissionsFromAPI(api *bitwarden.Member) types.Object {
	none := api.Permissions == nil || *api.Permissions == bitwarden.Permissions{}
	if api.Role != bitwarden.RoleCustom || none && m.Permissions.IsNull() {
		return permissionsFromAPI(nil)
	}
	if none {
		return permissionsFromAPI(&bitwarden.Permissions{})
	}
	return permissionsFromAPI(api.Permissions)
}

// promised keeps what the plan knew of values that the server can change at any time: an apply has to return exactly
// that, and the next plan shows the rest.
func (m memberModel) promised(plan memberModel) memberModel {
	for _, v := range []struct{ planned, value *types.String }{
		{&plan.UserID, &m.UserID}, {&plan.Status, &m.Status}, {&plan.Name, &m.Name}, {&plan.ExternalID, &m.ExternalID},
	} {
		if !v.planned.IsUnknown() {
			*v.value = *v.planned
		}
	}
	for _, v := range []struct{ planned, value *types.Bool }{
		{&plan.Revoked, &m.Revoked},
		{&plan.TwoStepLoginEnabled, &m.TwoStepLoginEnabled},
		{&plan.AccountRecoveryEnrolled, &m.AccountRecoveryEnrolled},
	} {
		if !v.planned.IsUnknown() {
			*v.value = *v.planned
		}
	}
	return m
}

// imported has the defaults of what only the configuration knows. Groups and collections stay out of it: imported
// groups bring their members along and imported collections their access, and one of the two sides has to be chosen.
func imported() memberModel {
	return memberModel{
		Permissions: permissionsFromAPI(nil),
		Groups:      types.SetNull(types.StringType),
		Collections: types.MapNull(types.StringType),
		AutoConfirm: types.BoolValue(true),
		OnDestroy:   types.StringValue(onDestroyRemove),
	}
}

func (m memberModel) identity() fw.OrganizationIdentity {
	return fw.OrganizationIdentity{OrganizationID: m.OrganizationID, ID: m.ID}
}

func (m memberModel) role() bitwarden.Role { return bitwarden.Role(m.Role.ValueString()) }

func (m memberModel) status() bitwarden.MemberStatus {
	return bitwarden.MemberStatus(m.Status.ValueString())
}

// confirms tells whether the plan has a confirmation in it, or leaves the status to what a restoration brings.
func (m memberModel) confirms() bool {
	return m.AutoConfirm.ValueBool() && (m.Status.IsUnknown() || m.status() == bitwarden.StatusConfirmed)
}

// plannedStatus is the status that the plan leads to, from the one in the state: unknown when the server decides.
func (m memberModel) plannedStatus(state memberModel) types.String {
	switch {
	case m.Revoked.IsUnknown() || m.AutoConfirm.IsUnknown():
		return types.StringUnknown()
	case m.Revoked.ValueBool():
		return types.StringValue(string(bitwarden.StatusRevoked))
	case state.status() == bitwarden.StatusRevoked:
		return types.StringUnknown()
	case state.status() == bitwarden.StatusAccepted && m.AutoConfirm.ValueBool():
		return types.StringValue(string(bitwarden.StatusConfirmed))
	default:
		return state.Status
	}
}

// permissions are the rights to send: nil unless the role is custom.
func (m memberModel) permissions() *bitwarden.Permissions {
	if m.role() != bitwarden.RoleCustom {
		return nil
	}
	return new(permissionsToAPI(m.Permissions))
}

// isConfirmedOwner tells whether somebody of an organization can act as its owner.
func isConfirmedOwner(m bitwarden.Member) bool {
	return m.Role == bitwarden.RoleOwner && m.Status == bitwarden.StatusConfirmed
}

// revokesOnDestroy tells whether destroying the resource keeps the member, without access.
func (m memberModel) revokesOnDestroy() bool { return m.OnDestroy.ValueString() == onDestroyRevoke }

// comesBackAs tells whether a creation gives the access back to a member, as its destruction takes it away.
func (m memberModel) comesBackAs(api *bitwarden.Member) bool {
	return m.revokesOnDestroy() && api.Status == bitwarden.StatusRevoked
}

// isOpenOwner tells whether somebody is invited as an owner and has not accepted yet.
func isOpenOwner(m *bitwarden.Member) bool {
	return m.Role == bitwarden.RoleOwner && m.Status == bitwarden.StatusInvited
}
