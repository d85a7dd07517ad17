// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ action.ActionWithConfigure  = (*confirmMembersAction)(nil)
	_ action.ActionWithModifyPlan = (*confirmMembersAction)(nil)
)

type confirmMembersAction struct{ membersAction }

func newConfirmMembersAction() action.Action { return &confirmMembersAction{} }

func (a *confirmMembersAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_confirm_members"
}

func (a *confirmMembersAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = membersSchema(
		"Confirms members who have accepted their invitation: it gives them the organization's key, for "+
			"which the master password of the acting account is needed. Who is confirmed already stays so.\n\n"+
			"It takes the public keys as the server presents them. To compare fingerprint phrases before, and on a CLI without "+
			"actions, use `bitwarden_member`, which confirms by itself.",
		"everybody who has accepted",
	)
}

func (a *confirmMembersAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	if members := a.plan(ctx, req, resp, a.deed()); len(members) == 0 {
		return
	}
	if err := a.Client.Unlock(ctx); err != nil {
		fw.AddError(&resp.Diagnostics, a.deed().summary, err)
	}
}

func (a *confirmMembersAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	a.invoke(ctx, req, resp, a.deed())
}

func (a *confirmMembersAction) deed() deed {
	return deed{
		summary: "Could not confirm members", done: "confirmed",
		all: func(m bitwarden.Member) bool { return m.Status == bitwarden.StatusAccepted },
		do: func(ctx context.Context, organizationID, id string) error {
			_, err := a.Client.ConfirmMember(ctx, organizationID, id, "")
			return err
		},
	}
}
