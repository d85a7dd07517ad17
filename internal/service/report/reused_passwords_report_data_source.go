// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

var _ datasource.DataSourceWithConfigure = (*reusedPasswordsDataSource)(nil)

type reusedPasswordsDataSource struct{ fw.DataSource }

func newReusedPasswordsDataSource() datasource.DataSource { return &reusedPasswordsDataSource{} }

type reusedPasswordsModel struct {
	reportModel

	Items []reusedItemModel `tfsdk:"items"`
}

type reusedItemModel struct {
	itemModel

	TimesUsed types.Int64 `tfsdk:"times_used"`
	Group     types.Int64 `tfsdk:"group"`
}

func (d *reusedPasswordsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_reused_passwords_report"
}

func (d *reusedPasswordsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = itemReportSchema(
		"The logins of a client organization whose passwords are used more than once in it.",
		"logins with a password", nil, map[string]schema.Attribute{
			"times_used": schema.Int64Attribute{MarkdownDescription: "Number of items with the password.", Computed: true},
			"group": schema.Int64Attribute{
				MarkdownDescription: "Items with the same number have the same password. The numbers begin with 1, and change " +
					"when items come and go.",
				Computed: true,
			},
		})
}

func (d *reusedPasswordsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[reusedPasswordsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the reused passwords", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *reusedPasswordsModel) read(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	reused := health.Reused(v.items)
	m.fill(v, health.WithPassword(v.items), len(reused))
	m.Items = make([]reusedItemModel, 0, len(reused))
	for _, found := range reused {
		m.Items = append(m.Items, reusedItemModel{m.item(v, found.ItemID), count(found.Times), count(found.Group)})
	}
	return nil
}
