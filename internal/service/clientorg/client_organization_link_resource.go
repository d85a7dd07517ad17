// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure   = (*clientLinkResource)(nil)
	_ resource.ResourceWithIdentity    = (*clientLinkResource)(nil)
	_ resource.ResourceWithImportState = (*clientLinkResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*clientLinkResource)(nil)
)

type clientLinkResource struct{ fw.Resource }

func newClientLinkResource() resource.Resource { return &clientLinkResource{} }

func (r *clientLinkResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_client_organization_link"
}

func (r *clientLinkResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	known := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization that exists and becomes a client of the provider. The account that Terraform uses " +
			"has to be a confirmed owner of it and a provider admin, and the organization must pay for a Teams or Enterprise " +
			"plan of its own. Linking gives the organization's key to the provider, which needs the master password, ends the " +
			"organization's own subscription, and assigns its seats to it from the provider's.\n\n" +
			"Destroying the resource unlinks the organization: it lives on with a subscription of its own, which a confirmed " +
			"owner inside it has to take over. To keep the link and only forget it, use a `removed` block with " +
			"`destroy = false`.",
		Attributes: map[string]schema.Attribute{
			"organization_id":          fw.OrganizationIDAttribute("link, and unlinks the old organization"),
			"provider_organization_id": known("Id of the link between the provider and the organization."),
			"name":                     known("Name of the organization."),
			"plan":                     known("Plan that the organization has as a client."),
			"allow_seat_purchase":      allowSeatPurchase(),
		},
	}
}

func (r *clientLinkResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id")
}

func (r *clientLinkResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[clientLinkModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.LinkClientOrganization(ctx, plan.OrganizationID.ValueString())
	if c == nil {
		fw.AddError(&resp.Diagnostics, "Could not link organization", err)
		return
	}
	plan.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	if err != nil {
		fw.AddWarning(&resp.Diagnostics, "Organization was linked, but with a failure", err)
	}
}

func (r *clientLinkResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[clientLinkModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.ClientOrganization(ctx, state.OrganizationID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.OrganizationGone(ctx, resp, state.OrganizationID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read the link of the organization", err)
	default:
		state.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// Update has nothing to send: what can change only matters at creation.
func (r *clientLinkResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	if plan, ok := fw.Load[clientLinkModel](ctx, req.Plan, &resp.Diagnostics); ok {
		plan.store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

func (r *clientLinkResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[clientLinkModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := r.Client.UnlinkClientOrganization(ctx, state.OrganizationID.ValueString()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not unlink organization", err)
	}
}

func (r *clientLinkResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id")
}

// ModifyPlan says before the apply what linking or unlinking lacks. A replacement is planned as a destruction and as a
// creation: the first of its two plans looks at the organization that is given up.
func (r *clientLinkResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil {
		return
	}
	r.Run.Claim(ctx, "bitwarden_client_organization_link", "organization_id", req, resp)
	var plan, state clientLinkModel
	ok := true
	if !req.State.Raw.IsNull() {
		state, ok = fw.Load[clientLinkModel](ctx, req.State, &resp.Diagnostics)
	}
	if ok && !req.Plan.Raw.IsNull() {
		plan, ok = fw.Load[clientLinkModel](ctx, req.Plan, &resp.Diagnostics)
	}
	switch {
	case !ok:
	case req.State.Raw.IsNull():
		r.planLink(ctx, &plan, &resp.Diagnostics)
	case !plan.OrganizationID.Equal(state.OrganizationID):
		if err := r.Client.CheckUnlink(ctx, state.OrganizationID.ValueString()); err != nil {
			fw.AddError(&resp.Diagnostics, "Could not unlink organization", err)
		}
	}
}

func (r *clientLinkResource) planLink(ctx context.Context, plan *clientLinkModel, diags *diag.Diagnostics) {
	if plan.OrganizationID.IsUnknown() {
		return
	}
	err := cmp.Or(r.Client.Unlock(ctx), r.Client.RequireProviderAdmin(ctx))
	if err != nil {
		fw.AddError(diags, "Could not link organization", err)
		return
	}
	o, err := r.Client.LinkableOrganization(ctx, plan.OrganizationID.ValueString())
	if err != nil {
		fw.AddError(diags, "Could not link organization", err)
		return
	}
	r.Run.NeedSeats(ctx, fw.SeatNeed{
		Client: o.ID, Plan: o.Plan, Seats: o.Seats, AllowPurchase: mayBuy(plan.AllowSeatPurchase),
		Attribute: "allow_seat_purchase",
	}, diags)
}
