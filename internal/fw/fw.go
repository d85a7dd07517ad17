// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package fw is the glue between the plugin framework and this provider's resources: bases that receive the client, and a
// few short functions that every CRUD method needs. It holds no behaviour of any one resource.
package fw

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

// Resource is embedded by every resource; it receives client and run from the configured provider. Both are nil while the
// provider is not configured yet, as in validation.
type Resource struct {
	Client *bitwarden.Client
	Run    *Run
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	if r.Run = run(req.ProviderData, &resp.Diagnostics); r.Run != nil {
		r.Client = r.Run.Client
	}
}

// DataSource is embedded by every data source.
type DataSource struct{ Client *bitwarden.Client }

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	if r := run(req.ProviderData, &resp.Diagnostics); r != nil {
		d.Client = r.Client
	}
}

// Ephemeral is embedded by every ephemeral resource.
type Ephemeral struct{ Client *bitwarden.Client }

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *Ephemeral) Configure(
	_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse,
) {
	if r := run(req.ProviderData, &resp.Diagnostics); r != nil {
		e.Client = r.Client
	}
}

// Action is embedded by every action.
type Action struct{ Client *bitwarden.Client }

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	if r := run(req.ProviderData, &resp.Diagnostics); r != nil {
		a.Client = r.Client
	}
}

func run(providerData any, diags *diag.Diagnostics) *Run {
	if providerData == nil {
		return nil
	}
	r, ok := providerData.(*Run)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf(
			"Got %T instead of the provider's run. Please report this to the developers.", providerData))
	}
	return r
}

// Getter is a plan, state or configuration.
type Getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Load decodes a plan, state or configuration. With false the caller returns: the reason is in diags.
func Load[T any](ctx context.Context, from Getter, diags *diag.Diagnostics) (T, bool) {
	var model T
	diags.Append(from.Get(ctx, &model)...)
	return model, !diags.HasError()
}

// Save sets state and identity together, so that no method can forget one of them. The identity may be nil: data sources
// and old protocol versions have none.
func Save(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, model, id any, diags *diag.Diagnostics,
) {
	diags.Append(state.Set(ctx, model)...)
	if identity != nil {
		diags.Append(identity.Set(ctx, id)...)
	}
}

// Gone removes a vanished object of an organization from the state, with a warning that names it. Callers must have made
// sure: see bitwarden.IsNotFound. When the whole organization is gone, that is believed only if the organization's own
// resource let it go in this run: otherwise account or server may be others than before, and the next apply would make
// everything a second time.
func (r *Resource) Gone(ctx context.Context, resp *resource.ReadResponse, kind, id string, err error) {
	var organization types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("organization_id"), &organization)...)
	missing, ok := errors.AsType[*bitwarden.NotFoundError](err)
	whole := ok && (missing.Parent != "" || missing.ID == organization.ValueString())
	if whole && !r.Run.Noted(organizationGone+organization.ValueString()) {
		NotAClient(&resp.Diagnostics, organization.ValueString())
		return
	}
	r.Vanished(ctx, resp, kind, id, err)
}

// Vanished removes a vanished object that belongs to no organization from the state, with a warning that names it.
// Callers must have made sure.
func (*Resource) Vanished(ctx context.Context, resp *resource.ReadResponse, kind, id string, err error) {
	if resp.Identity != nil {
		// The framework wants an identity of what is gone as well, and state from before Terraform 1.12 has none.
		for name := range resp.Identity.Schema.GetAttributes() {
			var value types.String
			resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root(name), &value)...)
			resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root(name), value)...)
		}
	}
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.AddWarning("Removed a vanished "+kind+" from the state", fmt.Sprintf(
		"The %s %s is no longer on the server (%s). The next apply creates it again, unless it is taken out of the "+
			"configuration.", kind, id, err))
}

// organizationGone is the note that an organization's resource leaves when it lets a vanished organization go.
const organizationGone = "organization gone/"

// OrganizationGone removes a vanished organization from the state and lets its objects follow.
func (r *Resource) OrganizationGone(ctx context.Context, resp *resource.ReadResponse, id string, err error) {
	r.Run.Note(organizationGone + id)
	r.Vanished(ctx, resp, "client organization", id, err)
}

// CheckOrganization is for the plan of a creation. With false there is an error: the organization, if it is known, is
// none of the provider's or the account's.
func (r *Resource) CheckOrganization(ctx context.Context, organizationID types.String, diags *diag.Diagnostics) bool {
	if organizationID.IsUnknown() {
		return true
	}
	err := r.Client.CheckOrganization(ctx, organizationID.ValueString())
	if err != nil {
		AddError(diags, "Could not find the organization", err)
	}
	return err == nil
}

// NotAClient says that an organization, named as the user knows it, is no client of the provider. Whether it was deleted,
// unlinked or belongs to somebody else cannot be told from here, so nothing is done.
func NotAClient(diags *diag.Diagnostics, organization string) {
	diags.AddError("Organization is no client of this provider", fmt.Sprintf(
		"Organization %s is not among the clients of the account's Bitwarden Provider: it was deleted or unlinked, or "+
			"server, account or provider_id are others than those that it was made with. Nothing was changed. If it is gone "+
			"for good, forget what belongs to it by terraform state rm and take it out of the configuration.", organization))
}
