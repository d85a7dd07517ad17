// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure   = (*groupMembershipResource)(nil)
	_ resource.ResourceWithIdentity    = (*groupMembershipResource)(nil)
	_ resource.ResourceWithImportState = (*groupMembershipResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*groupMembershipResource)(nil)
)

type groupMembershipResource struct{ fw.Resource }

func newGroupMembershipResource() resource.Resource { return &groupMembershipResource{} }

// groupMembershipModel is also the identity: a membership is nothing but its ends.
type groupMembershipModel struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	GroupID        types.String `tfsdk:"group_id"`
	MemberID       types.String `tfsdk:"member_id"`
}

func (m groupMembershipModel) ends() (organizationID, group, member string) {
	return m.OrganizationID.ValueString(), m.GroupID.ValueString(), m.MemberID.ValueString()
}

func (r *groupMembershipResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_group_membership"
}

func (r *groupMembershipResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One member in one group of a client organization. It adds to the members that the group has " +
			"otherwise, and its destruction removes nobody else.\n\n" +
			"For a group whose members are all managed in one place, use `members` of `bitwarden_group` or `groups` of " +
			"`bitwarden_member`, which remove whoever is not named. A group or member that has such a list cannot have a " +
			"`bitwarden_group_membership` as well." + fw.WholeRow("the group with all its members"),
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("membership"),
			"group_id":        fw.EndAttribute("Id of the group.", "membership"),
			"member_id":       fw.EndAttribute("Id of the member (not of the user).", "membership"),
		},
	}
}

func (r *groupMembershipResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "group_id", "member_id")
}

func (r *groupMembershipResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[groupMembershipModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	organizationID, group, member := plan.ends()
	if err := r.Client.AddGroupMember(ctx, organizationID, group, member); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not add member to group", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan, plan, &resp.Diagnostics)
}

func (r *groupMembershipResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[groupMembershipModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	organizationID, group, member := state.ends()
	in, err := r.Client.HasGroupMember(ctx, organizationID, group, member)
	switch {
	case err == nil && !in:
		r.Gone(ctx, resp, "group membership", group+"/"+member, errors.New("the member is not in the group"))
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "group membership", group+"/"+member, err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read group membership", err)
	default:
		fw.Save(ctx, &resp.State, resp.Identity, state, state, &resp.Diagnostics)
	}
}

// Update has nothing to do: every change is another membership.
func (r *groupMembershipResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {
}

func (r *groupMembershipResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[groupMembershipModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	organizationID, group, member := state.ends()
	if err := r.Client.RemoveGroupMember(ctx, organizationID, group, member); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not remove member from group", err)
	}
}

func (r *groupMembershipResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id", "group_id", "member_id")
}

// ModifyPlan refuses a membership that something else manages too, or whose ends do not exist.
func (r *groupMembershipResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		if state, ok := fw.Load[groupMembershipModel](ctx, req.State, &resp.Diagnostics); ok {
			r.Run.GroupMembers.ReleaseOne(state.GroupID, state.MemberID, &resp.Diagnostics)
		}
		return
	}
	plan, ok := fw.Load[groupMembershipModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Run.GroupMembers.ManageOne(plan.GroupID, plan.MemberID, req.State.Raw.IsNull(), &resp.Diagnostics)
	organizationID, group, member := plan.ends()
	// What is refused now may be allowed when the settings are applied.
	if !req.State.Raw.IsNull() || !req.Plan.Raw.IsFullyKnown() || r.Run.AdminAccessNoted(organizationID) {
		return
	}
	if err := r.Client.CheckGroupMember(ctx, organizationID, group, member); err != nil {
		fw.AddError(&resp.Diagnostics, "Member cannot be added to group", err)
	}
}
