// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure      = (*memberRoleResource)(nil)
	_ resource.ResourceWithIdentity       = (*memberRoleResource)(nil)
	_ resource.ResourceWithImportState    = (*memberRoleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*memberRoleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*memberRoleResource)(nil)
)

// memberRoleResource has the checks of the whole member.
type memberRoleResource struct{ memberResource }

func newMemberRoleResource() resource.Resource { return &memberRoleResource{} }

type memberIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	MemberID       types.String `tfsdk:"member_id"`
}

type memberRoleModel struct {
	memberIdentity

	Role        types.String `tfsdk:"role"`
	Permissions types.Object `tfsdk:"permissions"`
}

func (m memberRoleModel) fromAPI(api *bitwarden.Member) memberRoleModel {
	m.Role = types.StringValue(string(api.Role))
	m.Permissions = m.member().permissionsFromAPI(api)
	return m
}

// member is the part of a member that the role is.
func (m memberRoleModel) member() memberModel {
	member := imported()
	member.OrganizationID, member.ID, member.Role, member.Permissions = m.OrganizationID, m.MemberID, m.Role, m.Permissions
	return member
}

func (r *memberRoleResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_member_role"
}

func (r *memberRoleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	roles := fw.Strings(bitwarden.Roles)
	resp.Schema = schema.Schema{
		MarkdownDescription: "The role of a member whom SCIM or Directory Connector provisions, and nothing else of that " +
			"member. A directory invites, revokes and groups people, but does not set their role.\n\n" +
			"Destroying it leaves the member as it is. For people who are invited from here use `bitwarden_member`, which has " +
			"the role as well. The last confirmed owner is never demoted." + fw.WholeRow("direct access"),
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("role"),
			"member_id":       fw.EndAttribute("Id of the member (not of the user).", "role"),
			"role": schema.StringAttribute{
				MarkdownDescription: "What the person may do in the organization, " + fw.OneOf(roles) + ". The role `custom` " +
					"needs an Enterprise plan.",
				Required:   true,
				Validators: []validator.String{stringvalidator.OneOf(roles...)},
			},
			"permissions": permissionsAttribute(),
		},
	}
}

func (r *memberRoleResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "member_id")
}

func (r *memberRoleResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[memberRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.set(ctx, plan)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set role of member", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan.fromAPI(m), plan.memberIdentity, &resp.Diagnostics)
}

// set sends what differs from the server's.
func (r *memberRoleResource) set(ctx context.Context, plan memberRoleModel) (*bitwarden.Member, error) {
	organizationID, id := plan.OrganizationID.ValueString(), plan.MemberID.ValueString()
	m, err := r.Client.Member(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	current := plan.fromAPI(m).member()
	u, changed := plan.member().toUpdate(current)
	if !changed {
		return m, nil
	}
	updated, err := r.Client.UpdateMember(ctx, organizationID, id, u)
	return cmp.Or(updated, m), err
}

func (r *memberRoleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[memberRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.Client.Member(ctx, state.OrganizationID.ValueString(), state.MemberID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "member", state.MemberID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read role of member", err)
	default:
		fw.Save(ctx, &resp.State, resp.Identity, state.fromAPI(m), state.memberIdentity, &resp.Diagnostics)
	}
}

func (r *memberRoleResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[memberRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m, err := r.set(ctx, plan)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set role of member", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan.fromAPI(m), plan.memberIdentity, &resp.Diagnostics)
}

// Delete only forgets: no role is a better one for somebody who stays.
func (r *memberRoleResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *memberRoleResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id", "member_id")
}

// ValidateConfig refuses permissions without the role that has them.
func (r *memberRoleResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	if config, ok := fw.Load[memberRoleModel](ctx, req.Config, &resp.Diagnostics); ok {
		validatePermissions(config.Role, config.Permissions, &resp.Diagnostics)
	}
}

// ModifyPlan refuses what the server would refuse at apply, the last owner's demotion, and a role that a bitwarden_member
// manages too.
func (r *memberRoleResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil || req.Plan.Raw.IsNull() {
		return
	}
	plan, ok := fw.Load[memberRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok || plan.OrganizationID.IsUnknown() || plan.MemberID.IsUnknown() {
		return
	}
	organizationID, id := plan.OrganizationID.ValueString(), plan.MemberID.ValueString()
	r.Run.Claim(ctx, "bitwarden_member_role", "member_id", req, resp)
	r.Run.Note(roleKey(id))
	if r.Run.Noted(plannedKey(id)) {
		refuse(&resp.Diagnostics, "member_id", roleTwice, roleTwiceDetail(organizationID, id))
	}
	m, err := r.Client.Member(ctx, organizationID, id)
	switch {
	case bitwarden.IsNotFound(err):
		fw.AddError(&resp.Diagnostics, "Could not find member", err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not check the role of the member", err)
	case plan.Role.IsUnknown() || plan.Role.ValueString() == string(m.Role):
	default:
		r.checkRole(ctx, plan.member(), &resp.Diagnostics)
		if m.Role == bitwarden.RoleOwner {
			r.checkLastOwner(ctx, plan.member(), "role", resp)
		}
	}
}
