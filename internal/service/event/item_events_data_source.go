// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

var (
	_ datasource.DataSourceWithConfigure      = (*itemEventsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*itemEventsDataSource)(nil)
)

type itemEventsDataSource struct{ fw.DataSource }

func newItemEventsDataSource() datasource.DataSource { return &itemEventsDataSource{} }

type itemEventsModel struct {
	logModel

	OrganizationID   types.String `tfsdk:"organization_id"`
	ItemID           types.String `tfsdk:"item_id"`
	ResolveItemNames types.Bool   `tfsdk:"resolve_item_names"`
}

func (d *itemEventsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_item_events"
}

func (d *itemEventsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = organizationLogSchema(
		"The audit log of one item of a client organization: who made, read, copied or changed it.",
		map[string]schema.Attribute{"item_id": schema.StringAttribute{
			MarkdownDescription: "Id of the item.",
			Required:            true,
			Validators:          []validator.String{fwvalidate.UUID()},
		}})
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *itemEventsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	validateRange(ctx, req, resp)
}

func (d *itemEventsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[itemEventsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	query := model.toAPI()
	query.DecryptNames = model.ResolveItemNames.ValueBool()
	log, err := d.Client.ItemEvents(ctx, model.OrganizationID.ValueString(), model.ItemID.ValueString(), query)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the events", err)
		return
	}
	model.fromAPI(log)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}
