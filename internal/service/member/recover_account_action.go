// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ action.ActionWithConfigure      = (*recoverAccountAction)(nil)
	_ action.ActionWithModifyPlan     = (*recoverAccountAction)(nil)
	_ action.ActionWithValidateConfig = (*recoverAccountAction)(nil)
)

type recoverAccountAction struct{ fw.Action }

func newRecoverAccountAction() action.Action { return &recoverAccountAction{} }

type recoverAccountModel struct {
	memberIdentity

	NewPassword       types.String `tfsdk:"new_password"`
	ResetTwoStepLogin types.Bool   `tfsdk:"reset_two_step_login"`
}

func (m recoverAccountModel) due() bitwarden.Recovery {
	return bitwarden.Recovery{
		NewPassword: bitwarden.NewSecret(m.NewPassword.ValueString()), TwoStepLogin: m.ResetTwoStepLogin.ValueBool(),
	}
}

func (a *recoverAccountAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_recover_account"
}

func (a *recoverAccountAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Recovers a member's account: a new master password, the end of the account's two-step login, or " +
			"both. Items and everything else of the account stay.\n\n" +
			"What it takes, and what it does to the member, is as with the resource `bitwarden_account_recovery`, which does " +
			"the same on a CLI without actions.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"member_id": schema.StringAttribute{
				MarkdownDescription: "Id of the member (not of the user).",
				Required:            true,
				Validators:          []validator.String{fwvalidate.UUID()},
			},
			"new_password": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("New master password, at least %d characters long. Give it by a `sensitive` "+
					"variable, since the CLI shows everything else of an action. It is not in the state, but in a plan that is "+
					"saved to a file: `new_password_wo` of the resource is not.", minPassword),
				Optional:   true,
				Validators: []validator.String{stringvalidator.UTF8LengthAtLeast(minPassword)},
			},
			"reset_two_step_login": schema.BoolAttribute{
				MarkdownDescription: "Whether all second steps of the account are taken away. A policy for two-step login may " +
					"revoke the member then. Default: `false`.",
				Optional: true,
			},
		},
	}
}

// ValidateConfig wants something to do.
func (a *recoverAccountAction) ValidateConfig(
	ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse,
) {
	config, ok := fw.Load[recoverAccountModel](ctx, req.Config, &resp.Diagnostics)
	if ok && config.NewPassword.IsNull() && !config.ResetTwoStepLogin.IsUnknown() &&
		!config.ResetTwoStepLogin.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("new_password"), "Nothing to recover",
			"Set new_password, or reset_two_step_login = true.")
	}
}

// ModifyPlan says before the apply why the account cannot be recovered, where that is known.
func (a *recoverAccountAction) ModifyPlan(
	ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) {
	config, ok := fw.Load[recoverAccountModel](ctx, req.Config, &resp.Diagnostics)
	if ok && a.Client != nil && req.Config.Raw.IsFullyKnown() {
		checkRecovery(ctx, a.Client, config.memberIdentity, config.due(), config.NewPassword, "new_password",
			&resp.Diagnostics)
	}
}

func (a *recoverAccountAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config, ok := fw.Load[recoverAccountModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	due, organizationID, id := config.due(), config.OrganizationID.ValueString(), config.MemberID.ValueString()
	checkRecovery(ctx, a.Client, config.memberIdentity, due, config.NewPassword, "new_password", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := a.Client.RecoverAccount(ctx, organizationID, id, due); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not recover account", err)
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(
		"The account of member %s is recovered. The member is logged out everywhere and gets a mail.", id)})
}
