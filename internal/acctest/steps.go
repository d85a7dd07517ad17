// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// Imports are steps that import a resource of an organization, which the steps before have made: by the ids of
// organization and object, by the organization's id and the object's name, and by an import block. Each has to result in
// what is in the state already.
func Imports(address, organizationID, name string) []resource.TestStep {
	byID := func(state *terraform.State) (string, error) {
		return organizationID + "/" + state.RootModule().Resources[address].Primary.ID, nil
	}
	name = organizationID + "/" + name
	return []resource.TestStep{
		{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: byID},
		{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: name},
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: name},
	}
}

// ImportFails is a step that imports something with an error, by its regular expression.
func ImportFails(address, id, text string) resource.TestStep {
	return resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(text),
	}
}

// RunIdentity runs a test case that makes a resource and imports it by its identity, which consists of attributes. It is
// skipped on a CLI without identities: the tests over the protocol do the same on any.
func RunIdentity(t *testing.T, address, config string, attributes ...string) {
	t.Helper()
	var same []statecheck.StateCheck
	for _, attribute := range attributes {
		same = append(same, statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New(attribute)))
	}
	Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: same},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// RunDisappears runs a test case in which somebody else deletes what a configuration has made: the next apply makes it
// again.
func RunDisappears(t *testing.T, address, config string, vanish func()) {
	t.Helper()
	Run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: vanish,
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			}},
		},
	}})
}
