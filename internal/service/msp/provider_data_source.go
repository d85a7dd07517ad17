// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package msp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var _ datasource.DataSourceWithConfigure = (*providerDataSource)(nil)

type providerDataSource struct{ fw.DataSource }

func newProviderDataSource() datasource.DataSource { return &providerDataSource{} }

func (d *providerDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_provider"
}

func (d *providerDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The Bitwarden Provider that the configured account works for, and the account itself.",
		Attributes: map[string]schema.Attribute{
			"id":            schema.StringAttribute{MarkdownDescription: "Id of the provider.", Computed: true},
			"name":          schema.StringAttribute{MarkdownDescription: "Name of the provider.", Computed: true},
			"business_name": schema.StringAttribute{MarkdownDescription: "Name of the business.", Computed: true},
			"billing_email": schema.StringAttribute{
				MarkdownDescription: "E-mail address for billing, in lower case.", Computed: true,
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Kind of provider: `msp`, `reseller` or `business_unit`.", Computed: true,
			},
			"account": schema.SingleNestedAttribute{
				MarkdownDescription: "The account that acts.",
				Computed:            true,
				Attributes: map[string]schema.Attribute{
					"user_id": schema.StringAttribute{MarkdownDescription: "Id of the user.", Computed: true},
					"email":   schema.StringAttribute{MarkdownDescription: "E-mail address of the user.", Computed: true},
					"name":    schema.StringAttribute{MarkdownDescription: "Name of the user.", Computed: true},
					"provider_admin": schema.BoolAttribute{
						MarkdownDescription: "Whether the user is an admin of the provider: a service user cannot create or " +
							"unlink clients.",
						Computed: true,
					},
				},
			},
		},
	}
}

func (d *providerDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	account, err := d.Client.Account(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the account", err)
		return
	}
	p, err := d.Client.Provider(ctx)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the provider", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newProviderModel(p, account))...)
}
