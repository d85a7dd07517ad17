// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

var (
	_ datasource.DataSourceWithConfigure      = (*providerEventsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*providerEventsDataSource)(nil)
)

type providerEventsDataSource struct{ fw.DataSource }

func newProviderEventsDataSource() datasource.DataSource { return &providerEventsDataSource{} }

func (d *providerEventsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_provider_events"
}

func (d *providerEventsDataSource) Schema(
	_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = logSchema(
		"The audit log of the provider itself: its users and clients. What its users do in a client is in the log of the "+
			"client. The account must be a provider admin.", nil)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *providerEventsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	validateRange(ctx, req, resp)
}

func (d *providerEventsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	model, ok := fw.Load[logModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	query := model.toAPI()
	log, err := d.Client.ProviderEvents(ctx, query)
	if err != nil {
		fw.AddError(&resp.Diagnostics, "Could not read the events", err)
		return
	}
	model.fromAPI(log)
	fw.Save(ctx, &resp.State, nil, model, nil, &resp.Diagnostics)
}
