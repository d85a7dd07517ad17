// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure      = (*organizationEventsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*organizationEventsDataSource)(nil)
)

type organizationEventsDataSource struct{ fw.DataSource }

func newOrganizationEventsDataSource() datasource.DataSource { return &organizationEventsDataSource{} }

type organizationEventsModel struct {
	logModel

	OrganizationID   types.String `tfsdk:"organization_id"`
	ResolveItemNames types.Bool   `tfsdk:"resolve_item_names"`
}

func (d *organizationEventsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_organization_events"
}

func (d *organizationEventsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = organizationLogSchema(
		"The audit log of a client organization: who did what when. The types of events are `"+
			strings.Join(bitwarden.EventTypes(), "`, `")+"`.", nil)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *organizationEventsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	validateRange(ctx, req, resp)
}

func (d *organizationEventsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[organizationEventsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	query := model.toAPI()
	query.DecryptNames = model.ResolveItemNames.ValueBool()
	log, err := d.Client.OrganizationEvents(ctx, model.OrganizationID.ValueString(), query)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the events", err)
		return
	}
	model.fromAPI(log)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}
