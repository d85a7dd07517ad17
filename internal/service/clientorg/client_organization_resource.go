// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ resource.ResourceWithConfigure   = (*clientOrganizationResource)(nil)
	_ resource.ResourceWithIdentity    = (*clientOrganizationResource)(nil)
	_ resource.ResourceWithImportState = (*clientOrganizationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*clientOrganizationResource)(nil)
)

type clientOrganizationResource struct{ fw.Resource }

func newClientOrganizationResource() resource.Resource { return &clientOrganizationResource{} }

func (r *clientOrganizationResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_client_organization"
}

func (r *clientOrganizationResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	plans := fw.Strings(bitwarden.Plans)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A client organization of the provider. Creating one makes its keys, buys its seats and sends " +
			"an invitation to its owner; it needs a provider admin." +
			fw.WholeRow("name and seats"),
		Attributes: map[string]schema.Attribute{
			"id": fw.IDAttribute("organization, which every other resource refers to"),
			"provider_organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the link between the provider and the organization.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf(
					"Name of the organization, up to %d characters. Creating a second client of the same name is an error.",
					bitwarden.MaxOrganizationName),
				Required: true,
				Validators: []validator.String{fwvalidate.Rule(
					fmt.Sprintf("1 to %d characters (UTF-16) that are not all blank, without HTML entities such as &amp;, "+
						"which the server shows as &", bitwarden.MaxOrganizationName), bitwarden.CheckOrganizationName)},
			},
			"plan": schema.StringAttribute{
				MarkdownDescription: "What the organization has subscribed to, " + fw.OneOf(plans) + ". The plan cannot be " +
					"changed: a change is an error, never a replacement.",
				Required:   true,
				Validators: []validator.String{stringvalidator.OneOf(plans...)},
				PlanModifiers: []planmodifier.String{fwplan.RefuseChange("Only Bitwarden's support can change the plan of " +
					"an existing client. Set plan back, or add a new client organization and move the content.")},
			},
			"seats": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("Seats that the provider assigns to the organization. Leave it out when they "+
					"are managed elsewhere, such as by `%s`: the organization starts with %d then.", seatsType, initialSeats),
				Optional:      true,
				Computed:      true,
				Validators:    []validator.Int64{int64validator.AtLeast(1)},
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"allow_seat_purchase": allowSeatPurchase(),
			"owner_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the person who is invited as the first owner; the invitation takes a " +
					"seat. It is only used at creation: a later change is ignored with a warning.",
				CustomType: fwtype.EmailType{},
				Required:   true,
				PlanModifiers: []planmodifier.String{
					fwplan.CreateOnly("Owners of an existing client are bitwarden_member resources with role = \"owner\"."),
				},
			},
			"default_collection_name": schema.StringAttribute{
				MarkdownDescription: "Name of the collection that the organization starts with. It is only used at creation: a " +
					"later change is ignored with a warning. Default: `" + defaultCollectionName + "`.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(defaultCollectionName),
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{
					fwplan.CreateOnly("Collections of an existing client are bitwarden_collection resources."),
				},
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether Terraform refuses to delete or unlink the organization. To destroy it, apply " +
					"`false` first. Default: `true`.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
			},
			"on_destroy": schema.StringAttribute{
				MarkdownDescription: "What destroying this resource does, " + fw.OneOf(onDestroy) + ": `delete` the " +
					"organization with everything in it, which needs the master password; `unlink` it from the provider, which " +
					"needs a confirmed owner inside it and starts a subscription of its own; `retain` it as it is and forget it " +
					"here. Default: `" + onDestroyDelete + "`.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(onDestroyDelete),
				Validators: []validator.String{stringvalidator.OneOf(onDestroy...)},
			},
			"occupied_seats": schema.Int64Attribute{
				MarkdownDescription: "Seats in use by invited, accepted and confirmed members.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"user_count": schema.Int64Attribute{
				MarkdownDescription: "Number of confirmed members.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"abilities": schema.MapAttribute{
				MarkdownDescription: "What the organization's plan includes and which of its switches are on, by name, such as " +
					"`use_policies`.",
				Computed:      true,
				ElementType:   types.BoolType,
				PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// allowSeatPurchase is the leave to spend money.
func allowSeatPurchase() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether the provider may buy seats for it. While it is `false`, a plan that needs more seats than " +
			"the provider has paid for and not assigned yet is an error that names the numbers; all clients of the run count " +
			"together. Default: `false`.",
		Optional: true,
		Computed: true,
		Default:  booldefault.StaticBool(false),
	}
}

func (r *clientOrganizationResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("id")
}

func (r *clientOrganizationResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[clientOrganizationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[clientOrganizationModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.Client.CreateClientOrganization(ctx, plan.toAPI())
	if c == nil {
		fw.AddError(&resp.Diagnostics, "Could not create client organization", err)
		return
	}
	if !config.Seats.IsNull() {
		r.Run.Note(seatsKey(c.ID, clientType))
	}
	plan.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	if err != nil {
		fw.AddWarning(&resp.Diagnostics, "Client was created, but with a failure", err)
	}
}

func (r *clientOrganizationResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[clientOrganizationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	c, err := r.read(ctx, &state)
	switch {
	case bitwarden.IsNotFound(err) && state.DeletionProtection.ValueBool():
		// Making a protected client again would be a second one, if this is another account or server than before.
		fw.NotAClient(&resp.Diagnostics, state.ID.ValueString())
	case bitwarden.IsNotFound(err):
		r.OrganizationGone(ctx, resp, state.ID.ValueString(), err)
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read client organization", err)
	default:
		r.Run.Note(readKey(c.ID))
		state.fromAPI(c).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// read gets the client and, after an import, the owner whom nobody has told yet.
func (r *clientOrganizationResource) read(
	ctx context.Context, state *clientOrganizationModel,
) (*bitwarden.ClientOrganization, error) {
	c, err := r.Client.ClientOrganization(ctx, state.ID.ValueString())
	if err != nil || !state.OwnerEmail.IsNull() {
		return c, err
	}
	members, err := r.Client.Members(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("owner of the imported client: %w", err)
	}
	state.OwnerEmail = firstOwner(members)
	return c, nil
}

func (r *clientOrganizationResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[clientOrganizationModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := fw.Load[clientOrganizationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if _, err := r.Client.UpdateClientOrganization(ctx, state.ID.ValueString(), plan.changes(&state)); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update client organization", err)
		return
	}
	// The plan knows everything: what it does not change it has from the last refresh, and the next one brings news.
	plan.store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *clientOrganizationResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	state, ok := fw.Load[clientOrganizationModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	// The plan refuses this too, but nobody plans the destruction in a replacement of a tainted client.
	if refuseDestroy(&state, &resp.Diagnostics) {
		return
	}
	var err error
	switch state.OnDestroy.ValueString() {
	case onDestroyRetain:
	case onDestroyUnlink:
		err = r.Client.UnlinkClientOrganization(ctx, state.ID.ValueString())
	default:
		err = r.Client.DeleteClientOrganization(ctx, state.ID.ValueString())
	}
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not "+state.OnDestroy.ValueString()+" client organization", err)
		return
	}
	r.Run.Note(goneKey(state.Name.ValueString()))
}

func (r *clientOrganizationResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "id")
}
