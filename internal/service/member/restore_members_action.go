// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
)

var (
	_ action.ActionWithConfigure  = (*restoreMembersAction)(nil)
	_ action.ActionWithModifyPlan = (*restoreMembersAction)(nil)
)

type restoreMembersAction struct{ membersAction }

func newRestoreMembersAction() action.Action { return &restoreMembersAction{} }

func (a *restoreMembersAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_restore_members"
}

func (a *restoreMembersAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = membersSchema(
		"Gives revoked members their access back, with the role, groups and collections of before. Each one "+
			"takes a seat. Who is not revoked stays so.\n\n"+
			"For members whom `bitwarden_member` manages, and on a CLI without actions, set `revoked = false` there.",
		"",
	)
}

func (a *restoreMembersAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	a.plan(ctx, req, resp, a.deed())
}

func (a *restoreMembersAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	a.invoke(ctx, req, resp, a.deed())
}

func (a *restoreMembersAction) deed() deed {
	return deed{
		summary: "Could not restore members", done: "restored",
		do: func(ctx context.Context, organizationID, id string) error {
			_, err := a.Client.RestoreMember(ctx, organizationID, id)
			return err
		},
	}
}
