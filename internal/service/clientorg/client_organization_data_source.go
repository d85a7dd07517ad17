// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ datasource.DataSourceWithConfigure        = (*clientOrganizationDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*clientOrganizationDataSource)(nil)
)

type clientOrganizationDataSource struct{ fw.DataSource }

func newClientOrganizationDataSource() datasource.DataSource { return &clientOrganizationDataSource{} }

func (d *clientOrganizationDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_client_organization"
}

func (d *clientOrganizationDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	attributes := clientAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the organization. Either this or `name` has to be set.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{fwvalidate.UUID()},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Exact name of the organization. None or several clients of this name are an error.",
		Optional:            true,
		Computed:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A client organization of the provider, looked up by id or by its exact name.",
		Attributes:          attributes,
	}
}

func (d *clientOrganizationDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
	}
}

func (d *clientOrganizationDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	config, ok := fw.Load[clientModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	clients, err := d.Client.ClientOrganizations(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read client organizations", err)
		return
	}
	c, err := findClient(clients, config.ID.ValueString(), config.Name.ValueString())
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find client organization", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newClientModel(c))...)
}
