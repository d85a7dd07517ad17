// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package group

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ resource.ResourceWithConfigure   = (*groupResource)(nil)
	_ resource.ResourceWithIdentity    = (*groupResource)(nil)
	_ resource.ResourceWithImportState = (*groupResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*groupResource)(nil)
)

// maxName is the server's limit of a group's name.
const maxName = 100

type groupResource struct{ fw.Resource }

func newGroupResource() resource.Resource { return &groupResource{} }

func (r *groupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_group"
}

func (r *groupResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A group of members of a client organization.\n\n" +
			"Who is in the group can be declared here by `members`, or on the other side by `groups` of `bitwarden_member`; " +
			"access to collections here by `collections`, or by `groups` of `bitwarden_collection`: choose one side for each." +
			fw.WholeRow("name and access"),
		Attributes: map[string]schema.Attribute{
			"id":              fw.IDAttribute("group"),
			"organization_id": fw.OrganizationIDAttribute("group"),
			"name": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Name of the group, up to %d characters. Two groups may have the same name.",
					maxName),
				Required:   true,
				Validators: []validator.String{fwvalidate.Name(maxName)},
			},
			"external_id": fw.ExternalIDAttribute("group"),
			"collections": fw.AccessAttribute("Access of the group, by the id of the collection."),
			"members":     fw.IDSetAttribute("Ids of the members (not of the users) who are in the group."),
		},
	}
}

func (r *groupResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "id")
}

func (r *groupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := fw.Load[groupModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	g, err := r.Client.CreateGroup(ctx, plan.OrganizationID.ValueString(), plan.toAPI())
	if g != nil { // It exists, even if a later step failed: record it first.
		model := plan.fromAPI(g)
		r.Run.GroupMembers.Made(fw.Left, model.ID, model.Members)
		r.Run.CollectionGroups.Made(fw.Right, model.ID, model.Collections)
		fw.Save(ctx, &resp.State, resp.Identity, model, model.identity(), &resp.Diagnostics)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not create group", err)
	}
}

func (r *groupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[groupModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	g, err := r.Client.Group(
		ctx, state.OrganizationID.ValueString(), state.ID.ValueString(), !state.Members.IsNull())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "group", state.ID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read group", err)
	default:
		fw.Save(ctx, &resp.State, resp.Identity, state.fromAPI(g), state.identity(), &resp.Diagnostics)
	}
}

func (r *groupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := fw.Load[groupModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[groupModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	g, err := r.update(ctx, plan.without(config))
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update group", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan.fromAPI(g).promised(plan), plan.identity(), &resp.Diagnostics)
}

func (r *groupResource) update(ctx context.Context, plan groupModel) (*bitwarden.Group, error) {
	organizationID, id := plan.OrganizationID.ValueString(), plan.ID.ValueString()
	g, err := r.Client.Group(ctx, organizationID, id, !plan.Members.IsNull())
	if err != nil {
		return nil, err
	}
	u, changed := plan.toUpdate(plan.fromAPI(g))
	if !changed {
		return g, nil
	}
	return r.Client.UpdateGroup(ctx, organizationID, id, u)
}

func (r *groupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := fw.Load[groupModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.Client.DeleteGroup(ctx, state.OrganizationID.ValueString(), state.ID.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not delete group", err)
	}
}

// ImportState takes the members under management: what the configuration then leaves out shows in the plan.
func (r *groupResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportByName(ctx, req, resp, "name", r.find)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("members"), imported().Members)...)
}

// find returns the id of the only group with this name.
func (r *groupResource) find(ctx context.Context, organizationID, name string) (string, error) {
	groups, err := r.Client.Groups(ctx, organizationID)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, g := range groups {
		if g.Name == name {
			ids = append(ids, g.ID)
		}
	}
	return fw.OnlyID("group", organizationID, "name", name, ids)
}

// ModifyPlan says what taking a list out of management means, and refuses a list that the other side manages too, and an
// external id that cannot be set.
func (r *groupResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	fw.WarnUnmanaged(req, resp, "collections", "members")
	if r.Run == nil || req.Plan.Raw.IsNull() {
		return
	}
	plan, ok := fw.Load[groupModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Run.Claim(ctx, "bitwarden_group", "id", req, resp)
	r.Run.GroupMembers.Manage(fw.Left, plan.ID, "members", plan.Members, &resp.Diagnostics)
	r.Run.CollectionGroups.Manage(fw.Right, plan.ID, "collections", plan.Collections, &resp.Diagnostics)
	var state groupModel
	if req.State.Raw.IsNull() {
		if !r.CheckOrganization(ctx, plan.OrganizationID, &resp.Diagnostics) {
			return
		}
		r.Run.WillCreate(ctx, fw.Groups, plan.OrganizationID, "", &resp.Diagnostics)
	} else if state, ok = fw.Load[groupModel](ctx, req.State, &resp.Diagnostics); !ok {
		return
	}
	fw.CheckExternalID(ctx, r.Client, plan.OrganizationID, plan.ExternalID, state.ExternalID, &resp.Diagnostics)
}
