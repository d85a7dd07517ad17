// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure   = (*accountRecoveryResource)(nil)
	_ resource.ResourceWithIdentity    = (*accountRecoveryResource)(nil)
	_ resource.ResourceWithImportState = (*accountRecoveryResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*accountRecoveryResource)(nil)
)

// minPassword is the shortest master password that the official clients take, in characters.
const minPassword = 12

// doneKey is where the private state of an imported recovery says that it was done elsewhere: whatever trigger the
// configuration has is not a reason to do it once more.
const doneKey = "done"

type accountRecoveryResource struct{ fw.Resource }

func newAccountRecoveryResource() resource.Resource { return &accountRecoveryResource{} }

func (r *accountRecoveryResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_account_recovery"
}

func (r *accountRecoveryResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The recovery of a member's account: a new master password, the end of the account's two-step " +
			"login, or both. It is done when the resource is created, and again whenever `trigger` or " +
			"`new_password_wo_version` change. Items and everything else of the account stay.\n\n" +
			"The organization needs an Enterprise plan and the policy for account recovery, and the member must have enrolled. " +
			"The server logs the member out everywhere, sends a mail, and demands another password at the next login. Who " +
			"belongs to the managed service provider is recovered by users of the same provider with at least their role only. " +
			"The new password must satisfy the organization's policy for master passwords.\n\n" +
			"The master password of the acting account is needed. Destroying the resource changes nothing. An imported one " +
			"counts as done: it runs when `trigger` or `new_password_wo_version` change after the next apply.\n\n" +
			"Once it is done, take it out of the configuration, or leave it: it does nothing more, and needs no " +
			"`new_password_wo`. Who is removed and invited again is another member: the recovery of the former one is " +
			"forgotten with a warning, and a `member_id` that follows the new one plans a new recovery, which fails until " +
			"the member has enrolled. So take it out before.",
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("recovery"),
			"member_id":       fw.EndAttribute("Id of the member (not of the user).", "recovery"),
			"new_password_wo": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("New master password, at least %d characters long. Unless only two-step login "+
					"is reset, it is needed at the creation and when `trigger` or `new_password_wo_version` change, and not "+
					"afterwards. It is write-only: neither state nor plan have it.", minPassword),
				Optional:   true,
				Sensitive:  true,
				WriteOnly:  true,
				Validators: []validator.String{stringvalidator.UTF8LengthAtLeast(minPassword)},
			},
			"new_password_wo_version": schema.Int64Attribute{
				MarkdownDescription: "Any number. Changing it sets the master password again, to `new_password_wo`.",
				Optional:            true,
			},
			"trigger": schema.StringAttribute{
				MarkdownDescription: "Any text, such as the number of a ticket. Changing it does the whole recovery again.",
				Optional:            true,
			},
			"reset_two_step_login": schema.BoolAttribute{
				MarkdownDescription: "Whether all second steps of the account are taken away. Turning it on does so at the next " +
					"apply. A policy for two-step login may revoke the member then. Default: `false`.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
		},
	}
}

func (r *accountRecoveryResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "member_id")
}

func (r *accountRecoveryResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[accountRecoveryModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[accountRecoveryModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	r.recover(ctx, plan, accountRecoveryModel{}, true, config.NewPasswordWO, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		fw.Save(ctx, &resp.State, resp.Identity, plan, plan.memberIdentity, &resp.Diagnostics)
	}
}

func (r *accountRecoveryResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[accountRecoveryModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	_, err := r.Client.Member(ctx, state.OrganizationID.ValueString(), state.MemberID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "member", state.MemberID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read member", err)
	default:
		fw.Save(ctx, &resp.State, resp.Identity, state, state.memberIdentity, &resp.Diagnostics)
	}
}

func (r *accountRecoveryResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[accountRecoveryModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[accountRecoveryModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[accountRecoveryModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	done, _ := req.Private.GetKey(ctx, doneKey)
	if string(done) != "true" {
		r.recover(ctx, plan, state, false, config.NewPasswordWO, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, doneKey, []byte("false"))...)
		fw.Save(ctx, &resp.State, resp.Identity, plan, plan.memberIdentity, &resp.Diagnostics)
	}
}

// Delete only forgets: nobody gets the old password back.
func (r *accountRecoveryResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *accountRecoveryResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id", "member_id")
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("reset_two_step_login"), false)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, doneKey, []byte("true"))...)
}

// ModifyPlan says before the apply why an account cannot be recovered, where that is known.
func (r *accountRecoveryResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		return
	}
	plan, ok := fw.Load[accountRecoveryModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[accountRecoveryModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	var state accountRecoveryModel
	if !req.State.Raw.IsNull() {
		if state, ok = fw.Load[accountRecoveryModel](ctx, req.State, &resp.Diagnostics); !ok {
			return
		}
	}
	isNew := req.State.Raw.IsNull()
	if done, _ := req.Private.GetKey(ctx, doneKey); string(done) == "true" && !isNew { // A replacement has the key, too.
		return
	}
	if lack := plan.lacks(state, isNew, config.NewPasswordWO); lack != "" {
		refuse(&resp.Diagnostics, "new_password_wo", "Nothing to recover", lack)
		return
	}
	if r.Client == nil || plan.OrganizationID.IsUnknown() || plan.MemberID.IsUnknown() {
		return
	}
	due := plan.due(state, isNew, config.NewPasswordWO)
	checkRecovery(ctx, r.Client, plan.memberIdentity, due, config.NewPasswordWO, "new_password_wo", &resp.Diagnostics)
}

// recover does what is due. What the plan could not know to be missing is an error.
func (r *accountRecoveryResource) recover(
	ctx context.Context, plan, state accountRecoveryModel, isNew bool, password types.String, diags *diag.Diagnostics,
) {
	if lack := plan.lacks(state, isNew, password); lack != "" {
		refuse(diags, "new_password_wo", "Nothing to recover", lack)
		return
	}
	due := plan.due(state, isNew, password)
	checkRecovery(ctx, r.Client, plan.memberIdentity, due, password, "new_password_wo", diags)
	if diags.HasError() || !isDue(due) {
		return
	}
	err := r.Client.RecoverAccount(ctx, plan.OrganizationID.ValueString(), plan.MemberID.ValueString(), due)
	if err != nil {
		fw.AddError(diags, "Could not recover account", err)
	}
}

// checkRecovery adds the reasons why what is due cannot be done; the attribute has the password.
func checkRecovery(
	ctx context.Context, client *bitwarden.Client, member memberIdentity, due bitwarden.Recovery, password types.String,
	attribute string, diags *diag.Diagnostics,
) {
	if !isDue(due) {
		return
	}
	organizationID, id := member.OrganizationID.ValueString(), member.MemberID.ValueString()
	if err := client.CheckRecovery(ctx, organizationID, id, due); err != nil {
		fw.AddError(diags, "Account cannot be recovered", err)
		return
	}
	if due.NewPassword.IsEmpty() {
		return
	}
	if err := client.Unlock(ctx); err != nil {
		fw.AddError(diags, "Account cannot be recovered", err)
		return
	}
	policy, err := client.MasterPasswordPolicy(ctx, organizationID)
	if err != nil {
		fw.AddError(diags, "Could not read the master password policy", err)
		return
	}
	m, err := client.Member(ctx, organizationID, id)
	if err != nil {
		fw.AddError(diags, "Could not read member", err)
		return
	}
	if faults := passwordFaults(policy, password.ValueString(), m.Email); len(faults) > 0 {
		refuse(diags, attribute, "Password is against the policy", fmt.Sprintf(
			"The policy for master passwords of organization %s demands %s.", organizationID, strings.Join(faults, ", ")))
	}
}
