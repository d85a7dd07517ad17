// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*clientOrganizationsDataSource)(nil)

type clientOrganizationsDataSource struct{ fw.DataSource }

func newClientOrganizationsDataSource() datasource.DataSource {
	return &clientOrganizationsDataSource{}
}

func (d *clientOrganizationsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_client_organizations"
}

func (d *clientOrganizationsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All client organizations of the provider.",
		Attributes: map[string]schema.Attribute{
			"client_organizations": schema.ListNestedAttribute{
				MarkdownDescription: "The organizations, sorted by name.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: clientAttributes()},
			},
		},
	}
}

func (d *clientOrganizationsDataSource) Read(
	ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	clients, err := d.Client.ClientOrganizations(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read client organizations", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newClientsModel(clients))...)
}

// clientAttributes are the attributes of a client in data sources.
func clientAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "Id of the organization.", Computed: true,
		},
		"provider_organization_id": schema.StringAttribute{
			MarkdownDescription: "Id of the link between the provider and the organization.", Computed: true,
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the organization.", Computed: true,
		},
		"plan": schema.StringAttribute{
			MarkdownDescription: "What the organization has subscribed to: " + fw.OneOf(fw.Strings(bitwarden.Plans)) +
				", or the server's own name of another plan.",
			Computed: true,
		},
		"seats": schema.Int64Attribute{
			MarkdownDescription: "Seats that the provider assigns to the organization.", Computed: true,
		},
		"occupied_seats": schema.Int64Attribute{
			MarkdownDescription: "Seats in use by invited, accepted and confirmed members.", Computed: true,
		},
		"user_count": schema.Int64Attribute{
			MarkdownDescription: "Number of confirmed members.", Computed: true,
		},
		"abilities": schema.MapAttribute{
			MarkdownDescription: "What the organization's plan includes and which of its switches are on, by name, such as " +
				"`use_policies`.",
			Computed:    true,
			ElementType: types.BoolType,
		},
	}
}

// byName sorts clients, the id telling equal names apart.
func byName(clients []bitwarden.ClientOrganization) []bitwarden.ClientOrganization {
	return slices.SortedFunc(slices.Values(clients), func(a, b bitwarden.ClientOrganization) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
