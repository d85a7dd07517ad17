// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the provider block, its configuration, and the registry of everything the provider offers.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// Address is where the registry has the provider.
const Address = "registry.terraform.io/bitwarden-msp/bitwarden"

var (
	_ provider.Provider                       = (*bitwardenProvider)(nil)
	_ provider.ProviderWithActions            = (*bitwardenProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*bitwardenProvider)(nil)
	_ provider.ProviderWithListResources      = (*bitwardenProvider)(nil)
)

type bitwardenProvider struct{ version string }

// New returns the constructor that the plugin server wants. The version goes into the user agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &bitwardenProvider{version: version} }
}

func (p *bitwardenProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bitwarden"
	resp.Version = p.version
}

// set refuses an empty text, which a variable's default easily is: it would mean the default or the environment, and send
// the login to another server than the author thinks.
var set = stringvalidator.LengthAtLeast(1)

func (p *bitwardenProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs the client organizations of a Bitwarden *Provider* (a managed service provider, MSP). " +
			"One provider block serves all clients: `organization_id` on each resource picks the client. " +
			"What the configuration sets beats the environment.",
		Attributes: map[string]schema.Attribute{
			"server": schema.StringAttribute{
				MarkdownDescription: "Server to use: `us` (default), `eu`, or the base URL of a server that has `/api` and " +
					"`/identity` under it. Environment: `BW_URL`.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"api_url": schema.StringAttribute{
				MarkdownDescription: "URL of the API, where it is not the server's own. Plain http is accepted for loopback " +
					"addresses only. Environment: `BW_API_URL`, which is not looked at when `server` is set here.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"identity_url": schema.StringAttribute{
				MarkdownDescription: "URL of the identity service, where it is not the server's own. Plain http is accepted for " +
					"loopback addresses only. Environment: `BW_IDENTITY_API_URL`, which is not looked at when `server` is set here.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"client_id": schema.StringAttribute{
				MarkdownDescription: "Client id of the personal API key (`user.<uuid>`), the normal login. " +
					"Environment: `BW_CLIENTID`.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"client_secret": schema.StringAttribute{
				MarkdownDescription: "Client secret of the personal API key. Environment: `BW_CLIENTSECRET`.",
				Optional:            true,
				Validators:          []validator.String{set},
				Sensitive:           true,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the account, for a login with the master password when there is no " +
					"API key. Environment: `BW_EMAIL`.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"master_password": schema.StringAttribute{
				MarkdownDescription: "Master password of the account. It unlocks the keys: what needs no decryption works " +
					"without it. Environment: `BW_PASSWORD`.",
				Optional:   true,
				Validators: []validator.String{set},
				Sensitive:  true,
			},
			"provider_id": schema.StringAttribute{
				MarkdownDescription: "Id of the Bitwarden Provider. It may be left out when the account belongs to exactly one. " +
					"Environment: `BW_PROVIDER_ID`.",
				Optional:   true,
				Validators: []validator.String{fwvalidate.UUID()},
			},
			"device_identifier": schema.StringAttribute{
				MarkdownDescription: "UUID under which the login is registered. The default is derived from server and account, " +
					"so that runs in CI register no new device each time. Environment: `BW_DEVICE_IDENTIFIER`.",
				Optional:   true,
				Validators: []validator.String{fwvalidate.UUID()},
			},
			"extra_ca_certs": schema.StringAttribute{
				MarkdownDescription: "Certificates of authorities to trust in addition to the system's: PEM text or the path of " +
					"a PEM file. Environment: `NODE_EXTRA_CA_CERTS`.",
				Optional:   true,
				Validators: []validator.String{set},
			},
			"client_certificate": schema.StringAttribute{
				MarkdownDescription: "Client certificate for mutual TLS: PEM text or the path of a PEM file.",
				Optional:            true,
				Validators:          []validator.String{set},
			},
			"client_key": schema.StringAttribute{
				MarkdownDescription: "Key of the client certificate: PEM text or the path of a PEM file.",
				Optional:            true,
				Validators:          []validator.String{set},
				Sensitive:           true,
			},
			"proxy_url": schema.StringAttribute{
				MarkdownDescription: "URL of the proxy to use, instead of what `HTTP_PROXY` and `HTTPS_PROXY` say.",
				Optional:            true,
				Validators:          []validator.String{set},
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a request is tried again that was refused for its rate or certainly not " +
					"executed. Default: `4`.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 20)},
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "How long one request may take, such as `90s`. Default: `60s`.",
				CustomType:          timetypes.GoDurationType{},
				Optional:            true,
			},
			"max_concurrent_requests": schema.Int64Attribute{
				MarkdownDescription: "How many requests may be in flight at once. Default: `16`.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 100)},
			},
		},
	}
}

func (p *bitwardenProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	model, ok := fw.Load[providerModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	config, ok := model.toConfig(os.Getenv, &resp.Diagnostics)
	if !ok {
		return
	}
	config.Version = p.version
	config.Log = func(ctx context.Context, message string, fields map[string]any) { tflog.Debug(ctx, message, fields) }
	client, err := bitwarden.New(config)
	if err != nil {
		addConfigError(&resp.Diagnostics, err)
		return
	}
	run := fw.NewRun(client)
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = run, run, run
	resp.EphemeralResourceData, resp.ActionData = run, run
}

func (p *bitwardenProvider) Resources(context.Context) []func() resource.Resource { return resources() }

func (p *bitwardenProvider) DataSources(context.Context) []func() datasource.DataSource {
	return dataSources()
}

func (p *bitwardenProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return ephemeralResources()
}

func (p *bitwardenProvider) Actions(context.Context) []func() action.Action { return actions() }

func (p *bitwardenProvider) ListResources(context.Context) []func() list.ListResource {
	return listResources()
}
