// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package report holds the health reports of client organizations. None of them returns a secret: counts and ids, and
// names where they are asked for.
package report

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the constructors of the package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newWeakPasswordsDataSource, newReusedPasswordsDataSource, newExposedPasswordsDataSource,
		newUnsecuredWebsitesDataSource, newInactiveTwoStepLoginDataSource, newDataBreachDataSource,
		newMemberAccessDataSource, newVaultHealthDataSource, newUnmanagedObjectsDataSource,
	}
}
