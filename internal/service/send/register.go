// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package send holds the Sends of the acting account, as resource, data source and list, and their links.
package send

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the constructors of the package's resources.
func Resources() []func() resource.Resource { return []func() resource.Resource{newSendResource} }

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newSendsDataSource}
}

// EphemeralResources returns the constructors of the package's ephemeral resources.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newSendLinkEphemeral}
}

// ListResources returns the constructors of the package's list resources.
func ListResources() []func() list.ListResource { return []func() list.ListResource{newSendList} }
