// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

var (
	_ action.ActionWithConfigure  = (*reinviteMembersAction)(nil)
	_ action.ActionWithModifyPlan = (*reinviteMembersAction)(nil)
)

type reinviteMembersAction struct{ membersAction }

func newReinviteMembersAction() action.Action { return &reinviteMembersAction{} }

func (a *reinviteMembersAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reinvite_members"
}

func (a *reinviteMembersAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = membersSchema(
		"Mails open invitations again. The mailed link is good for five days; nothing else about the "+
			"invitation changes. Who has accepted already is left alone. Concurrent invitations of one organization share requests.\n\n"+
			"On a CLI without actions, `resend_invitation_after` of `bitwarden_member` does so as time goes by.",
		"everybody whose invitation is open",
	)
}

func (a *reinviteMembersAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	a.plan(ctx, req, resp, a.deed())
}

func (a *reinviteMembersAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	a.invoke(ctx, req, resp, a.deed())
}

func (a *reinviteMembersAction) deed() deed {
	return deed{
		summary: "Could not invite members again", done: "invited again",
		all: func(m bitwarden.Member) bool { return m.Status == bitwarden.StatusInvited },
		do:  a.Client.ReinviteMember,
		idle: func(m bitwarden.Member) string {
			if m.Status == bitwarden.StatusAccepted || m.Status == bitwarden.StatusConfirmed {
				return "has accepted already"
			}
			return ""
		},
	}
}
