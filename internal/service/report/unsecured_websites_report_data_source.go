// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

var _ datasource.DataSourceWithConfigure = (*unsecuredWebsitesDataSource)(nil)

type unsecuredWebsitesDataSource struct{ fw.DataSource }

func newUnsecuredWebsitesDataSource() datasource.DataSource { return &unsecuredWebsitesDataSource{} }

type unsecuredWebsitesModel struct {
	reportModel

	Items []itemModel `tfsdk:"items"`
}

func (d *unsecuredWebsitesDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_unsecured_websites_report"
}

func (d *unsecuredWebsitesDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = itemReportSchema(
		"The logins of a client organization with an address that begins with `http://`, where the password travels in the "+
			"clear.",
		"logins", nil, nil)
}

func (d *unsecuredWebsitesDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[unsecuredWebsitesModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the unsecured websites", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *unsecuredWebsitesModel) read(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	unsecured := health.Unsecured(v.items)
	m.fill(v, v.logins(), len(unsecured))
	m.Items = make([]itemModel, 0, len(unsecured))
	for _, id := range unsecured {
		m.Items = append(m.Items, m.item(v, id))
	}
	return nil
}
