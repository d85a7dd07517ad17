// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Edit is a plan check that finds nothing wrong: as a PreApply check of a step it calls a function between plan and
// apply, as if somebody else worked in the web vault.
type Edit func()

// CheckPlan implements plancheck.PlanCheck.
func (e Edit) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	e()
}
