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
)

var (
	_ datasource.DataSourceWithConfigure        = (*inactiveTwoStepLoginDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*inactiveTwoStepLoginDataSource)(nil)
)

type inactiveTwoStepLoginDataSource struct{ fw.DataSource }

func newInactiveTwoStepLoginDataSource() datasource.DataSource {
	return &inactiveTwoStepLoginDataSource{}
}

type inactiveTwoStepLoginModel struct {
	reportModel
	directoryModel

	Items []inactiveItemModel `tfsdk:"items"`
}

type inactiveItemModel struct {
	itemModel

	Domain        types.String `tfsdk:"domain"`
	Documentation types.String `tfsdk:"documentation"`
}

func inactiveTwoStepLoginSchema() schema.Schema {
	return itemReportSchema(
		"The logins of a client organization to sites that offer two-step login with codes, in which no key for codes is "+
			"stored. Somebody may use another device for the codes.",
		"logins", map[string]schema.Attribute{
			"directory_url":  directoryURLAttribute("Either this or `directory_file` has to be set."),
			"directory_file": directoryFileAttribute("Either this or `directory_url` has to be set."),
		}, map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				MarkdownDescription: "Domain of the site; null without `include_names`.", Computed: true,
			},
			"documentation": schema.StringAttribute{
				MarkdownDescription: "Where the site explains its two-step login; null without `include_names`.", Computed: true,
			},
		})
}

func (d *inactiveTwoStepLoginDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_inactive_two_step_login_report"
}

func (d *inactiveTwoStepLoginDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = inactiveTwoStepLoginSchema()
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *inactiveTwoStepLoginDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("directory_url"), path.MatchRoot("directory_file")),
	}
}

func (d *inactiveTwoStepLoginDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[inactiveTwoStepLoginModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := model.read(ctx, d.Client); err != nil {
		fw.AddError(&resp.Diagnostics, "Could not find the inactive two-step logins", err)
		return
	}
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}

func (m *inactiveTwoStepLoginModel) read(ctx context.Context, client *bitwarden.Client) error {
	v, err := readVault(ctx, client, m.OrganizationID.ValueString())
	if err != nil {
		return err
	}
	inactive, err := m.inactive(ctx, client, v)
	if err != nil {
		return err
	}
	m.fill(v, v.logins(), len(inactive))
	m.Items = make([]inactiveItemModel, 0, len(inactive))
	for _, found := range inactive {
		item := inactiveItemModel{itemModel: m.item(v, found.ItemID)}
		if m.IncludeNames.ValueBool() { // The site is as much of a secret as the name.
			item.Domain, item.Documentation = types.StringValue(found.Domain), types.StringValue(found.Documentation)
		}
		m.Items = append(m.Items, item)
	}
	return nil
}
