// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
)

var (
	_ resource.ResourceWithConfigure   = (*organizationSettingsResource)(nil)
	_ resource.ResourceWithIdentity    = (*organizationSettingsResource)(nil)
	_ resource.ResourceWithImportState = (*organizationSettingsResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*organizationSettingsResource)(nil)
)

type organizationSettingsResource struct{ fw.Resource }

func newOrganizationSettingsResource() resource.Resource { return &organizationSettingsResource{} }

func (r *organizationSettingsResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_organization_settings"
}

func (r *organizationSettingsResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Settings of a client organization. Only what is set here is managed: an attribute that is left " +
			"out shows the server's value and is never changed. The settings exist with the organization, so creating this " +
			"resource takes them over, and destroying it forgets them and leaves them as they are." +
			fw.WholeRow(
				"all settings of collections",
			),
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("settings resource; the settings of the old client stay as they are"),
			"billing_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address for billing. The server stores it in lower case.",
				CustomType:          fwtype.EmailType{},
				Optional:            true,
				Computed:            true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(), fwplan.IgnoreCase(),
				},
			},
			"limit_collection_creation": switchAttribute("Whether only owners, admins and members with the permission may " +
				"create collections."),
			"limit_collection_deletion": switchAttribute("Whether only owners, admins and members with the permission may " +
				"delete collections."),
			"limit_item_deletion": switchAttribute("Whether only members with the permission `manage` on a collection may " +
				"delete its items."),
			"allow_admin_access_to_all_collection_items": switchAttribute("Whether owners and admins may see and change the " +
				"items of every collection. While it is `false`, the server demands that each collection has a manager."),
		},
	}
}

func switchAttribute(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

func (r *organizationSettingsResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id")
}

func (r *organizationSettingsResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[organizationSettingsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	o, err := r.Client.UpdateOrganizationSettings(ctx, plan.OrganizationID.ValueString(), plan.toAPI())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set organization settings", err)
		return
	}
	plan.fromAPI(o).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *organizationSettingsResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[organizationSettingsModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	o, err := r.Client.Organization(ctx, state.OrganizationID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "organization", state.OrganizationID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read organization settings", err)
	default:
		state.fromAPI(o).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

func (r *organizationSettingsResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[organizationSettingsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[organizationSettingsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	// In the plan, what is not managed has the value of the last refresh; the configuration does not have it.
	if _, err := r.Client.UpdateOrganizationSettings(ctx, plan.OrganizationID.ValueString(), config.toAPI()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update organization settings", err)
		return
	}
	plan.store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete forgets: settings have no absence to go back to.
func (r *organizationSettingsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *organizationSettingsResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id")
}

// ModifyPlan refuses settings that two resources manage, and tells the organization's collections that admins may manage them all, once this plan is applied.
func (r *organizationSettingsResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil || req.Plan.Raw.IsNull() {
		return
	}
	r.Run.Claim(ctx, "bitwarden_organization_settings", "organization_id", req, resp)
	plan, ok := fw.Load[organizationSettingsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok || req.State.Raw.IsNull() && !r.CheckOrganization(ctx, plan.OrganizationID, &resp.Diagnostics) {
		return
	}
	access := plan.AllowAdminAccessToAllCollectionItems
	if access.IsUnknown() || access.ValueBool() {
		r.Run.NoteAdminAccess(plan.OrganizationID.ValueString())
	}
}
