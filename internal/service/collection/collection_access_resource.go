// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure        = (*collectionAccessResource)(nil)
	_ resource.ResourceWithIdentity         = (*collectionAccessResource)(nil)
	_ resource.ResourceWithImportState      = (*collectionAccessResource)(nil)
	_ resource.ResourceWithConfigValidators = (*collectionAccessResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*collectionAccessResource)(nil)
)

type collectionAccessResource struct{ fw.Resource }

func newCollectionAccessResource() resource.Resource { return &collectionAccessResource{} }

func (r *collectionAccessResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_collection_access"
}

func (r *collectionAccessResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	words := fw.Strings(bitwarden.CollectionPermissions)
	member := fw.EndAttribute("Id of the member (not of the user) who has access directly. Either this or `group_id` has "+
		"to be set.", "access")
	group := fw.EndAttribute("Id of the group that has access. Either this or `member_id` has to be set.", "access")
	member.Required, member.Optional = false, true
	group.Required, group.Optional = false, true
	resp.Schema = schema.Schema{
		MarkdownDescription: "What one group or one member may do with a collection of a client organization. It adds to the " +
			"access that others have, and its destruction takes nobody else's away.\n\n" +
			"For a collection whose access is managed in one place, use `groups` and `members` of `bitwarden_collection`, or " +
			"`collections` of `bitwarden_group` and `bitwarden_member`, which remove whoever is not named. What has such a " +
			"list cannot have a `bitwarden_collection_access` for the same kind of access as well.\n\n" +
			"Where the organization demands that somebody manages each collection, its last manager keeps that permission: " +
			"destroying the access then warns, and Terraform only forgets it.\n\n" +
			"Access is given without a look at what others have. To take it away, the list of groups or of members is written " +
			"without it: what somebody else adds to this list within the moment of the update is lost.",
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("access"),
			"collection_id":   fw.EndAttribute("Id of the collection.", "access"),
			"group_id":        group,
			"member_id":       member,
			"permission": schema.StringAttribute{
				MarkdownDescription: "What the group or member may do, " + fw.OneOf(words) + ".",
				Required:            true,
				Validators:          []validator.String{stringvalidator.OneOf(words...)},
			},
		},
	}
}

func (r *collectionAccessResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "collection_id")
	for _, name := range []string{"group_id", "member_id"} {
		resp.IdentitySchema.Attributes[name] = identityschema.StringAttribute{
			Description: "Id of the group or of the member; the other one is null.", OptionalForImport: true,
		}
	}
}

func (r *collectionAccessResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[collectionAccessModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.set(ctx, plan); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not give access to collection", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan, plan.identity(), &resp.Diagnostics)
}

func (r *collectionAccessResource) set(ctx context.Context, m collectionAccessModel) error {
	return r.Client.SetCollectionAccess(ctx, m.OrganizationID.ValueString(), m.CollectionID.ValueString(), m.grantee(),
		bitwarden.Permission(m.Permission.ValueString()))
}

func (r *collectionAccessResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[collectionAccessModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	permission, err := r.Client.CollectionAccess(
		ctx, state.OrganizationID.ValueString(), state.CollectionID.ValueString(), state.grantee())
	switch {
	case err == nil && permission == "":
		r.Gone(ctx, resp, "access to a collection", state.key(), errors.New("there is none"))
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "access to a collection", state.key(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read access to collection", err)
	default:
		fw.Save(ctx, &resp.State, resp.Identity, state.with(permission), state.identity(), &resp.Diagnostics)
	}
}

func (r *collectionAccessResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[collectionAccessModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.set(ctx, plan); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not change access to collection", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan, plan.identity(), &resp.Diagnostics)
}

func (r *collectionAccessResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[collectionAccessModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	organizationID, collection := state.OrganizationID.ValueString(), state.CollectionID.ValueString()
	err := r.Client.RemoveCollectionAccess(ctx, organizationID, collection, state.grantee())
	switch {
	case errors.Is(err, bitwarden.ErrLastManager):
		resp.Diagnostics.AddWarning("Left the last manager of the collection", fmt.Sprintf(
			"Organization %s demands that somebody manages collection %s, and nobody else does. Terraform forgets the access, "+
				"but it stays.", organizationID, collection))
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not take access to collection away", err)
	}
}

// ImportState finds out whether an id is a group's or a member's.
func (r *collectionAccessResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	var model collectionAccessModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &model.collectionAccessIdentity)...)
		if model.GroupID.IsNull() == model.MemberID.IsNull() {
			resp.Diagnostics.AddError("Could not import", "Either group_id or member_id has to be set.")
		}
	} else if err := r.parse(ctx, req.ID, &model); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not import", err)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

func (r *collectionAccessResource) parse(ctx context.Context, id string, model *collectionAccessModel) error {
	parts, err := fw.ImportParts(id, "organization_id", "collection_id", "group_id or member_id")
	if err != nil {
		return err
	}
	for _, grantee := range []bitwarden.Grantee{{Group: parts[2]}, {Member: parts[2]}} {
		_, err = r.Client.CollectionAccess(ctx, parts[0], parts[1], grantee)
		if err == nil {
			*model = newCollectionAccess(parts[0], parts[1], grantee)
			return nil
		}
		if !bitwarden.IsNotFound(err) {
			return err
		}
	}
	return fmt.Errorf("organization %s has neither a group nor a member %s", parts[0], parts[2])
}

// ConfigValidators wants one grantee.
func (r *collectionAccessResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("group_id"), path.MatchRoot("member_id")),
	}
}

// ModifyPlan refuses access that something else manages too, or whose ends do not exist.
func (r *collectionAccessResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		if state, ok := fw.Load[collectionAccessModel](ctx, req.State, &resp.Diagnostics); ok {
			edges, grantee := state.edges(r.Run)
			edges.ReleaseOne(state.CollectionID, grantee, &resp.Diagnostics)
		}
		return
	}
	plan, ok := fw.Load[collectionAccessModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	edges, grantee := plan.edges(r.Run)
	edges.ManageOne(plan.CollectionID, grantee, req.State.Raw.IsNull(), &resp.Diagnostics)
	if !req.State.Raw.IsNull() || !req.Plan.Raw.IsFullyKnown() {
		return
	}
	err := r.Client.CheckGrant(ctx, plan.OrganizationID.ValueString(), plan.CollectionID.ValueString(), plan.grantee(),
		bitwarden.Permission(plan.Permission.ValueString()))
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Access to the collection cannot be granted", err)
	}
}
