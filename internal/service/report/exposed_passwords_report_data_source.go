// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
)

var (
	_ datasource.DataSourceWithConfigure        = (*exposedPasswordsDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*exposedPasswordsDataSource)(nil)
)

type exposedPasswordsDataSource struct{ fw.DataSource }

func newExposedPasswordsDataSource() datasource.DataSource { return &exposedPasswordsDataSource{} }

type exposedPasswordsModel struct {
	reportModel
	corpusModel

	Items []exposedItemModel `tfsdk:"items"`
}

type exposedItemModel struct {
	itemModel

	TimesSeen types.Int64 `tfsdk:"times_seen"`
}

func (d *exposedPasswordsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_exposed_passwords_report"
}

func (d *exposedPasswordsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = itemReportSchema(
		"The logins of a client organization whose passwords are known from data breaches. Nothing is looked up before it "+
			"is said where: by a range service or in a file.",
		"logins with a password", map[string]schema.Attribute{
			"range_url":   rangeURLAttribute("Either this or `corpus_file` has to be set."),
			"corpus_file": corpusFileAttribute("Either this or `range_url` has to be set."),
		}, map[string]schema.Attribute{
			"times_seen": schema.Int64Attribute{
				MarkdownDescription: "How often the password was seen in breaches.", Computed: true,
			},
		})
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *exposedPasswordsDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("range_url"), path.MatchRoot("corpus_file")),
	}
}

func (d *exposedPasswordsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[exposedPasswordsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the exposed passwords", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *exposedPasswordsModel) read(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	exposed, err := m.exposed(ctx, client, v.items)
	if err != nil {
		return err
	}
	m.fill(v, health.WithPassword(v.items), len(exposed))
	m.Items = make([]exposedItemModel, 0, len(exposed))
	for _, found := range exposed {
		m.Items = append(m.Items, exposedItemModel{m.item(v, found.ItemID), count(found.Times)})
	}
	return nil
}
