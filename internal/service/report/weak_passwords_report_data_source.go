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

var _ datasource.DataSourceWithConfigure = (*weakPasswordsDataSource)(nil)

type weakPasswordsDataSource struct{ fw.DataSource }

func newWeakPasswordsDataSource() datasource.DataSource { return &weakPasswordsDataSource{} }

type weakPasswordsModel struct {
	reportModel

	Items []weakItemModel `tfsdk:"items"`
}

type weakItemModel struct {
	itemModel

	Score    types.Int64  `tfsdk:"score"`
	Strength types.String `tfsdk:"strength"`
}

func (d *weakPasswordsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_weak_passwords_report"
}

func (d *weakPasswordsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = itemReportSchema(
		"The logins of a client organization with guessable passwords, as the web vault's report has them: a zxcvbn score "+
			"of 2 or less, which takes the user name into account.",
		"logins with a password", nil, map[string]schema.Attribute{
			"score": schema.Int64Attribute{
				MarkdownDescription: "Score of the password, from 0 (too guessable) to 2 (somewhat guessable).", Computed: true,
			},
			"strength": schema.StringAttribute{
				MarkdownDescription: "The score in words: `very_weak` (0 and 1) or `weak` (2).", Computed: true,
			},
		})
}

func (d *weakPasswordsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[weakPasswordsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the weak passwords", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *weakPasswordsModel) read(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	weak, err := v.weak(ctx)
	if err != nil {
		return err
	}
	m.fill(v, health.WithPassword(v.items), len(weak))
	m.Items = make([]weakItemModel, 0, len(weak))
	for _, found := range weak {
		m.Items = append(m.Items, weakItemModel{
			m.item(v, found.ItemID), count(found.Score), types.StringValue(strength(found.Score)),
		})
	}
	return nil
}

func strength(score int) string {
	if score < 2 {
		return "very_weak"
	}
	return "weak"
}
