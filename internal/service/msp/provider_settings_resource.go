// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwtype"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ resource.ResourceWithConfigure   = (*providerSettingsResource)(nil)
	_ resource.ResourceWithIdentity    = (*providerSettingsResource)(nil)
	_ resource.ResourceWithImportState = (*providerSettingsResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*providerSettingsResource)(nil)
)

type providerSettingsResource struct{ fw.Resource }

func newProviderSettingsResource() resource.Resource { return &providerSettingsResource{} }

func (r *providerSettingsResource) Metadata(
	_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_provider_settings"
}

func (r *providerSettingsResource) Schema(
	_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse,
) {
	longest := fmt.Sprintf("up to %d characters, of which `&`, quotes and letters such as `ü` count as their HTML "+
		"entities", bitwarden.MaxProviderName)
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The record of the Bitwarden Provider that the account works for. Only what is set here is managed: " +
			"an attribute that is left out shows the server's value and is never changed. The record exists with the " +
			"provider, so creating this resource takes it over, and destroying it forgets it and leaves it as it is. Changes " +
			"need a provider admin." + fw.WholeRow(
			"the whole record",
		),
		Attributes: map[string]schema.Attribute{
			"id": fw.IDAttribute("provider"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the provider, " + longest + ".",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{fwvalidate.Name(bitwarden.MaxProviderName)},
				PlanModifiers:       keep,
			},
			"business_name": schema.StringAttribute{
				MarkdownDescription: "Name of the business, " + longest + ". An empty text takes it away.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthAtMost(bitwarden.MaxProviderName)},
				PlanModifiers:       keep,
			},
			"billing_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address for billing. The server stores it in lower case.",
				CustomType:          fwtype.EmailType{},
				Optional:            true,
				Computed:            true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(), fwplan.IgnoreCase(),
				},
			},
		},
	}
}

func (r *providerSettingsResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = fw.IdentitySchema("id")
}

func (r *providerSettingsResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	plan, ok := fw.Load[providerSettingsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	p, err := r.Client.UpdateProvider(ctx, plan.toAPI())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not set provider settings", err)
		return
	}
	plan.fromAPI(p).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *providerSettingsResource) Read(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state, ok := fw.Load[providerSettingsModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	p, err := r.Client.Provider(ctx)
	switch {
	case err != nil:
		fw.AddError(&resp.Diagnostics, "Could not read provider settings", err)
	case p.ID != state.ID.ValueString():
		otherProvider(&resp.Diagnostics, state.ID.ValueString(), p.ID)
	default:
		state.fromAPI(p).store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

func (r *providerSettingsResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	plan, ok := fw.Load[providerSettingsModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := fw.Load[providerSettingsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	// In the plan, what is not managed has the value of the last refresh; the configuration does not have it.
	if _, err := r.Client.UpdateProvider(ctx, config.toAPI()); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not update provider settings", err)
		return
	}
	plan.store(ctx, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete forgets: nothing ever deletes a provider.
func (r *providerSettingsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *providerSettingsResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	fw.ImportState(ctx, req, resp, "id")
}

// ModifyPlan refuses a record that two resources manage, and says before the apply that a service user cannot change it.
func (r *providerSettingsResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	r.Run.Claim(ctx, "bitwarden_provider_settings", "id", req, resp)
	if r.Client == nil || req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	if err := r.Client.RequireProviderAdmin(ctx); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not change provider settings", err)
	}
}
