// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ action.ActionWithConfigure  = (*revokeMembersAction)(nil)
	_ action.ActionWithModifyPlan = (*revokeMembersAction)(nil)
)

type revokeMembersAction struct{ membersAction }

func newRevokeMembersAction() action.Action { return &revokeMembersAction{} }

func (a *revokeMembersAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_members"
}

func (a *revokeMembersAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = membersSchema(
		"Takes the access of members away, which frees their seats and keeps their role, groups and "+
			"collections. Who is revoked already stays so. The last confirmed owner and the acting account are never revoked.\n\n"+
			"For members whom `bitwarden_member` manages, and on a CLI without actions, set `revoked = true` there: otherwise its "+
			"next plan gives the access back.",
		"",
	)
}

func (a *revokeMembersAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	if members := a.plan(ctx, req, resp, a.deed()); len(members) > 0 && !resp.Diagnostics.HasError() {
		a.check(ctx, members, &resp.Diagnostics)
	}
}

func (a *revokeMembersAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	a.invoke(ctx, req, resp, a.deed())
}

func (a *revokeMembersAction) deed() deed {
	return deed{
		summary: "Could not revoke members", done: "revoked",
		do: func(ctx context.Context, organizationID, id string) error {
			_, err := a.Client.RevokeMember(ctx, organizationID, id)
			return err
		},
	}
}

// check refuses before the apply what the client refuses at it: revoking the acting account, or all confirmed owners.
func (a *revokeMembersAction) check(ctx context.Context, members []bitwarden.Member, diags *diag.Diagnostics) {
	organizationID := members[0].OrganizationID
	account, err := a.Client.Account(ctx)
	if err != nil {
		fw.AddError(diags, a.deed().summary, err)
		return
	}
	everybody, err := a.Client.Members(ctx, organizationID)
	if err != nil {
		fw.AddError(diags, a.deed().summary, err)
		return
	}
	if slices.ContainsFunc(members, func(m bitwarden.Member) bool { return m.UserID == account.UserID }) {
		refuse(diags, "member_ids", "Member is the acting account", fmt.Sprintf(
			"One of them is the account that Terraform acts with, in organization %s; it does not revoke itself. Let another "+
				"account do it.", organizationID))
	}
	stays := func(m bitwarden.Member) bool {
		leaves := slices.ContainsFunc(members, func(leaving bitwarden.Member) bool { return leaving.ID == m.ID })
		return isConfirmedOwner(m) && !leaves
	}
	if slices.ContainsFunc(members, isConfirmedOwner) && !slices.ContainsFunc(everybody, stays) {
		refuse(diags, "member_ids", "Last owner of the organization", fmt.Sprintf(
			"Without them organization %s would have no confirmed owner. Leave one of them out, or confirm another owner "+
				"first.", organizationID))
	}
}
