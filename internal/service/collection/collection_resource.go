// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure   = (*collectionResource)(nil)
	_ resource.ResourceWithIdentity    = (*collectionResource)(nil)
	_ resource.ResourceWithImportState = (*collectionResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*collectionResource)(nil)
)

// maxName is the longest name in bytes. The server takes 1000 characters of ciphertext: "2.", initialization vector and
// code take 72 of them with their separators, so that 43 blocks of 16 bytes remain, of which padding needs one byte.
const maxName = 43*16 - 1

// maxExternalID is the server's limit in characters.
const maxExternalID = 300

type collectionResource struct{ fw.Resource }

func newCollectionResource() resource.Resource { return &collectionResource{} }

func (r *collectionResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_collection"
}

func (r *collectionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A shared collection of a client organization: a folder of items, and who may do what with " +
			"them. The name is encrypted before it leaves this machine, so the master password is needed.\n\n" +
			"Access can be declared here by `groups` and `members`, or on the other side by `collections` of " +
			"`bitwarden_group` and `bitwarden_member`: choose one side for each. Deleting a collection leaves its items in " +
			"the organization, without a collection." + fw.WholeRow("the external id"),
		Attributes: map[string]schema.Attribute{
			"id":              fw.IDAttribute("collection"),
			"organization_id": fw.OrganizationIDAttribute("collection"),
			"name": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Name of the collection, at most %d bytes long. A `/` nests it: "+
					"`Sales/Europe` is shown below `Sales`, which need not exist. It neither begins nor ends with a `/`. "+
					"Two collections may have the same name.", maxName),
				Required: true,
				Validators: []validator.String{
					stringvalidator.LengthBetween(1, maxName),
					stringvalidator.RegexMatches(regexp.MustCompile(`(?s)^[^/](.*[^/])?$`),
						"must neither begin nor end with a slash"),
				},
			},
			"external_id": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Id of the collection in another system, such as a directory, at most %d "+
					"characters long. Leave it out when another system sets it. Taking it out of the configuration that set it "+
					"clears it; an import does not take it under management, until the configuration names it.",
					maxExternalID),
				Optional:   true,
				Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, maxExternalID)},
			},
			"groups":  fw.AccessAttribute("Access of groups, by the id of the group."),
			"members": fw.AccessAttribute("Direct access of members, by the id of the member (not of the user)."),
		},
	}
}

func (r *collectionResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id", "id")
}

func (r *collectionResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[collectionModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.CreateCollection(ctx, plan.OrganizationID.ValueString(), plan.toAPI())
	if c != nil { // It exists, even if a later step failed: record it first.
		model := plan.fromAPI(c)
		r.Run.CollectionGroups.Made(fw.Left, model.ID, model.Groups)
		r.Run.CollectionMembers.Made(fw.Left, model.ID, model.Members)
		fw.Save(ctx, &resp.State, resp.Identity, model, model.identity(), &resp.Diagnostics)
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not create collection", err)
	}
}

func (r *collectionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[collectionModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.Collection(ctx, state.OrganizationID.ValueString(), state.ID.ValueString(), state.access())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "collection", state.ID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read collection", err)
	default:
		if c.NameUnreadable {
			resp.Diagnostics.AddAttributeWarning(path.Root("name"), "Name of the collection cannot be decrypted", fmt.Sprintf(
				"Collection %s of organization %s was named with another key. The next apply names it anew.",
				c.ID, c.OrganizationID))
		}
		fw.Save(ctx, &resp.State, resp.Identity, state.fromAPI(c), state.identity(), &resp.Diagnostics)
	}
}

func (r *collectionResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[collectionModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[collectionModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.update(ctx, plan, state)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update collection", err)
		return
	}
	fw.Save(ctx, &resp.State, resp.Identity, plan.fromAPI(c), plan.identity(), &resp.Diagnostics)
}

func (r *collectionResource) update(
	ctx context.Context, plan, state collectionModel,
) (*bitwarden.Collection, error) {
	organizationID, id := plan.OrganizationID.ValueString(), plan.ID.ValueString()
	c, err := r.Client.Collection(ctx, organizationID, id, plan.access())
	if err != nil {
		return nil, err
	}
	u, changed := plan.toUpdate(state, plan.fromAPI(c))
	if !changed {
		return c, nil
	}
	return r.Client.UpdateCollection(ctx, organizationID, id, u)
}

func (r *collectionResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[collectionModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.Client.DeleteCollection(ctx, state.OrganizationID.ValueString(), state.ID.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not delete collection", err)
	}
}

// ImportState takes the access lists under management: what the configuration then leaves out shows in the plan.
func (r *collectionResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportByName(ctx, req, resp, "name", r.find)
	all := imported()
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("groups"), all.Groups)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("members"), all.Members)...)
}

// find returns the id of the only collection with this name.
func (r *collectionResource) find(ctx context.Context, organizationID, name string) (string, error) {
	collections, err := r.Client.Collections(ctx, organizationID, bitwarden.Access{})
	if err != nil {
		return "", err
	}
	var ids []string
	for _, c := range collections {
		if c.Name == name {
			ids = append(ids, c.ID)
		}
	}
	return fw.OnlyID("collection", organizationID, "name", name, ids)
}

// ModifyPlan refuses access that the other side manages too, and what the server would refuse at apply, where that is
// certain: a collection without a manager in an organization that demands one. It is not certain while the settings of
// the organization change in the same run.
func (r *collectionResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	fw.WarnUnmanaged(req, resp, "groups", "members")
	if r.Client == nil || req.Plan.Raw.IsNull() {
		return
	}
	plan, ok := fw.Load[collectionModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Run.Claim(ctx, "bitwarden_collection", "id", req, resp)
	r.Run.CollectionGroups.Manage(fw.Left, plan.ID, "groups", plan.Groups, &resp.Diagnostics)
	r.Run.CollectionMembers.Manage(fw.Left, plan.ID, "members", plan.Members, &resp.Diagnostics)
	if req.State.Raw.IsNull() {
		if !r.CheckOrganization(ctx, plan.OrganizationID, &resp.Diagnostics) {
			return
		}
		r.Run.WillCreate(ctx, fw.Collections, plan.OrganizationID, "", &resp.Diagnostics)
	}
	if plan.OrganizationID.IsUnknown() || !plan.unmanaged() || !changesAccess(ctx, plan, req.State) {
		return
	}
	organizationID := plan.OrganizationID.ValueString()
	organization, err := r.Client.Organization(ctx, organizationID)
	switch {
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not check who manages the collection", err)
	case organization.Settings.AllowAdminAccessToAllCollectionItems || r.Run.AdminAccessNoted(organizationID):
	default:
		resp.Diagnostics.AddAttributeError(path.Root("groups"), "Collection without a manager", fmt.Sprintf(
			"Organization %s demands that somebody manages each collection. Give a group or a member the permission %q, or "+
				"let admins manage all collections: set allow_admin_access_to_all_collection_items = true on "+
				"bitwarden_organization_settings and make this collection depend on it.",
			organizationID, bitwarden.PermissionManage))
	}
}

// changesAccess tells whether the plan sends access lists that are complete: a list that is managed elsewhere may well
// have a manager in it.
func changesAccess(ctx context.Context, plan collectionModel, prior tfsdk.State) bool {
	if prior.Raw.IsNull() {
		return true
	}
	var state collectionModel
	if prior.Get(ctx, &state).HasError() {
		return false
	}
	return !plan.Groups.IsNull() && !plan.Members.IsNull() &&
		(!plan.Groups.Equal(state.Groups) || !plan.Members.Equal(state.Members))
}
