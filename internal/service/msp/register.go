// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package msp holds what concerns the provider's own account.
package msp

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{newProviderDataSource}
}
