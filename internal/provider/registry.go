// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/clientorg"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/collection"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/event"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/group"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/member"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/msp"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/report"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/service/send"
)

func resources() []func() resource.Resource {
	return slices.Concat(
		msp.Resources(),
		clientorg.Resources(),
		member.Resources(),
		group.Resources(),
		collection.Resources(),
		send.Resources(),
	)
}

func dataSources() []func() datasource.DataSource {
	return slices.Concat(
		msp.DataSources(),
		clientorg.DataSources(),
		member.DataSources(),
		group.DataSources(),
		collection.DataSources(),
		event.DataSources(),
		send.DataSources(),
		report.DataSources(),
	)
}

func listResources() []func() list.ListResource {
	return slices.Concat(
		msp.ListResources(),
		clientorg.ListResources(),
		member.ListResources(),
		group.ListResources(),
		collection.ListResources(),
		send.ListResources(),
	)
}

func actions() []func() action.Action { return member.Actions() }

func ephemeralResources() []func() ephemeral.EphemeralResource { return send.EphemeralResources() }
