// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ resource.ResourceWithConfigure   = (*clientSeatsResource)(nil)
	_ resource.ResourceWithIdentity    = (*clientSeatsResource)(nil)
	_ resource.ResourceWithImportState = (*clientSeatsResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*clientSeatsResource)(nil)
)

type clientSeatsResource struct{ fw.Resource }

func newClientSeatsResource() resource.Resource { return &clientSeatsResource{} }

func (r *clientSeatsResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_client_organization_seats"
}

func (r *clientSeatsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The seats of a client organization that something else owns: other code, another team, the " +
			"provider portal. Nothing but the number is managed. The number exists with the organization, so creating this " +
			"resource takes it over, and destroying it forgets the number and leaves it as it is.\n\n" +
			"Do not use it together with `seats` of a `bitwarden_client_organization` for the same client: that is an error." +
			fw.WholeRow("the name"),
		Attributes: map[string]schema.Attribute{
			"organization_id": fw.OrganizationIDAttribute("resource; the old client keeps its seats"),
			"seats": schema.Int64Attribute{
				MarkdownDescription: "Seats that the provider assigns to the organization. Fewer than are in use is an error.",
				Required:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"allow_seat_purchase": allowSeatPurchase(),
			"occupied_seats": schema.Int64Attribute{
				MarkdownDescription: "Seats in use by invited, accepted and confirmed members.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
		},
	}
}

func (r *clientSeatsResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("organization_id")
}

func (r *clientSeatsResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[clientSeatsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.UpdateClientOrganization(ctx, plan.OrganizationID.ValueString(), plan.toAPI())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set the seats of the client", err)
		return
	}
	plan.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *clientSeatsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := fw.Load[clientSeatsModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.ClientOrganization(ctx, state.OrganizationID.ValueString())
	switch {
	case bitwarden.IsNotFound(err):
		r.Gone(ctx, resp, "client organization", state.OrganizationID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read the seats of the client", err)
	default:
		state.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

func (r *clientSeatsResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[clientSeatsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if _, err := r.Client.UpdateClientOrganization(ctx, plan.OrganizationID.ValueString(), plan.toAPI()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set the seats of the client", err)
		return
	}
	plan.store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete forgets: a client without a number of seats does not exist.
func (r *clientSeatsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *clientSeatsResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "organization_id")
}

// ModifyPlan refuses fewer seats than are in use, a purchase without leave, and seats that two resources manage.
func (r *clientSeatsResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.Run == nil || req.Plan.Raw.IsNull() {
		return
	}
	plan, ok := fw.Load[clientSeatsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok || plan.OrganizationID.IsUnknown() ||
		req.State.Raw.IsNull() && !r.CheckOrganization(ctx, plan.OrganizationID, &resp.Diagnostics) {
		return
	}
	id := plan.OrganizationID.ValueString()
	r.Run.Claim(ctx, seatsType, "organization_id", req, resp)
	claimSeats(r.Run, id, seatsType, &resp.Diagnostics)
	if plan.Seats.IsUnknown() {
		return
	}
	c, err := r.Client.ClientOrganization(ctx, id)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the seats of the client", err)
		return
	}
	seats := int(plan.Seats.ValueInt64())
	r.Run.NoteSeats(id, seats)
	if seats != c.Seats && seats < c.OccupiedSeats {
		resp.Diagnostics.AddAttributeError(path.Root("seats"), "Fewer seats than are in use",
			tooFewSeats(id, int64(c.OccupiedSeats), int64(seats)))
		return
	}
	r.Run.NeedSeats(ctx, fw.SeatNeed{
		Client: id, Plan: c.Plan, Seats: seats - c.Seats, AllowPurchase: mayBuy(plan.AllowSeatPurchase),
		Attribute: "seats",
	}, &resp.Diagnostics)
}
