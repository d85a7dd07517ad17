// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

type providerUserModel struct {
	ID                    types.String         `tfsdk:"id"`
	ProviderID            types.String         `tfsdk:"provider_id"`
	Email                 fwtype.Email         `tfsdk:"email"`
	Role                  types.String         `tfsdk:"role"`
	AutoConfirm           types.Bool           `tfsdk:"auto_confirm"`
	FingerprintPhrase     types.String         `tfsdk:"fingerprint_phrase"`
	ResendInvitationAfter timetypes.GoDuration `tfsdk:"resend_invitation_after"`
	InvitedAt             types.String         `tfsdk:"invited_at"`
	UserID                types.String         `tfsdk:"user_id"`
	Status                types.String         `tfsdk:"status"`
	Name                  types.String         `tfsdk:"name"`
}

type providerUserIdentity struct {
	ProviderID types.String `tfsdk:"provider_id"`
	ID         types.String `tfsdk:"id"`
}

func (m *providerUserModel) role() bitwarden.ProviderRole {
	return bitwarden.ProviderRole(m.Role.ValueString())
}

// fromAPI takes over what the server says and keeps what only Terraform knows; after an import that is the defaults. The
// address stays the one that the person was invited with: see bitwarden_member.
func (m *providerUserModel) fromAPI(u *bitwarden.ProviderUser) *providerUserModel {
	if m.Email.IsNull() || m.Email.IsUnknown() {
		m.Email = fwtype.EmailValue(u.Email)
	}
	if m.AutoConfirm.IsNull() {
		m.AutoConfirm = types.BoolValue(true)
	}
	m.ID = types.StringValue(u.ID)
	m.ProviderID = types.StringValue(u.ProviderID)
	m.Role = types.StringValue(string(u.Role))
	m.UserID = fw.StringOrNull(u.UserID)
	m.Status = types.StringValue(string(u.Status))
	m.Name = fw.StringOrNull(u.Name)
	return m
}

// resends tells whether the invitation is to be sent again at a moment: it is open and was sent too long ago.
func (m *providerUserModel) resends(now time.Time) bool {
	return m.isInvited() && fw.Overdue(m.InvitedAt, m.ResendInvitationAfter, now)
}

func (m *providerUserModel) isInvited() bool {
	return m.Status.ValueString() == string(bitwarden.StatusInvited)
}

// promised keeps what the plan knew of values that change at any time: an apply has to return exactly that, and the next
// plan shows the rest.
func (m *providerUserModel) promised(plan *providerUserModel) *providerUserModel {
	for _, v := range []struct{ planned, value *types.String }{
		{&plan.UserID, &m.UserID}, {&plan.Status, &m.Status}, {&plan.Name, &m.Name},
	} {
		if !v.planned.IsUnknown() {
			*v.value = *v.planned
		}
	}
	return m
}

// plannedStatus is the status that the plan leads to, from the one in the state.
func (m *providerUserModel) plannedStatus(state *providerUserModel) types.String {
	switch {
	case state.Status.ValueString() != string(bitwarden.StatusAccepted):
		return state.Status
	case m.AutoConfirm.IsUnknown():
		return types.StringUnknown()
	case m.AutoConfirm.ValueBool():
		return types.StringValue(string(bitwarden.StatusConfirmed))
	default:
		return state.Status
	}
}

// confirms tells whether the plan has a confirmation in it.
func (m *providerUserModel) confirms(state *providerUserModel) bool {
	return m.AutoConfirm.ValueBool() && state.Status.ValueString() == string(bitwarden.StatusAccepted)
}

func (m *providerUserModel) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	fw.Save(ctx, state, identity, m, providerUserIdentity{ProviderID: m.ProviderID, ID: m.ID}, diags)
}
