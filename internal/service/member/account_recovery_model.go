// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

type accountRecoveryModel struct {
	memberIdentity

	NewPasswordWO        types.String `tfsdk:"new_password_wo"` // in the configuration only
	NewPasswordWOVersion types.Int64  `tfsdk:"new_password_wo_version"`
	Trigger              types.String `tfsdk:"trigger"`
	ResetTwoStepLogin    types.Bool   `tfsdk:"reset_two_step_login"`
}

// due is what the plan resets; the state is the zero value at creation. What a plan only takes out of the configuration
// is no reason to do anything.
func (m accountRecoveryModel) due(state accountRecoveryModel, isNew bool, password types.String) bitwarden.Recovery {
	triggered, changed := m.triggers(state, isNew), m.changesPassword(state)
	recovery := bitwarden.Recovery{
		TwoStepLogin: m.ResetTwoStepLogin.ValueBool() && (triggered || !state.ResetTwoStepLogin.ValueBool()),
	}
	if (triggered || changed) && !password.IsNull() {
		recovery.NewPassword = bitwarden.NewSecret(password.ValueString())
	}
	return recovery
}

// triggers tells whether the plan does the whole recovery: a finished one is done again for another trigger only.
func (m accountRecoveryModel) triggers(state accountRecoveryModel, isNew bool) bool {
	return isNew || !m.Trigger.IsNull() && !m.Trigger.Equal(state.Trigger)
}

// changesPassword tells whether the plan sets the password again.
func (m accountRecoveryModel) changesPassword(state accountRecoveryModel) bool {
	return !m.NewPasswordWOVersion.IsNull() && !m.NewPasswordWOVersion.Equal(state.NewPasswordWOVersion)
}

// lacks says what is missing for what the plan asks for, as far as it is known; empty: nothing. A finished recovery
// needs no password any more.
func (m accountRecoveryModel) lacks(state accountRecoveryModel, isNew bool, password types.String) string {
	isNothing := !m.ResetTwoStepLogin.IsUnknown() && !m.ResetTwoStepLogin.ValueBool()
	switch {
	case !password.IsNull():
		return ""
	case isNothing && !m.Trigger.IsUnknown() && m.triggers(state, isNew):
		return "Set new_password_wo, or reset_two_step_login = true."
	case !isNew && !m.NewPasswordWOVersion.IsUnknown() && m.changesPassword(state):
		return "Another new_password_wo_version sets the password again: set new_password_wo."
	default:
		return ""
	}
}

// isDue tells whether there is anything to do.
func isDue(recovery bitwarden.Recovery) bool {
	return recovery.TwoStepLogin || !recovery.NewPassword.IsEmpty()
}

// passwordFaults lists what a new master password lacks of what the organization demands: the server sees only its hash
// and cannot tell.
func passwordFaults(policy bitwarden.MasterPasswordPolicy, password, email string) []string {
	var faults []string
	if n := len([]rune(password)); n < policy.MinLength {
		faults = append(faults, fmt.Sprintf("at least %d characters", policy.MinLength))
	}
	for _, demand := range []struct {
		required bool
		has      func(r rune) bool
		what     string
	}{
		{policy.RequireUpper, unicode.IsUpper, "a capital letter"},
		{policy.RequireLower, unicode.IsLower, "a small letter"},
		{policy.RequireNumbers, unicode.IsDigit, "a digit"},
		{policy.RequireSpecial, func(r rune) bool { return strings.ContainsRune("!@#$%^&*", r) }, "one of !@#$%^&*"},
	} {
		if demand.required && !strings.ContainsFunc(password, demand.has) {
			faults = append(faults, demand.what)
		}
	}
	if policy.MinComplexity > 0 {
		score := health.PasswordStrength(zxcvbn.New(time.Now().Year()), password, email).Score
		if score < policy.MinComplexity {
			faults = append(faults, fmt.Sprintf("a strength of at least %d of 4 (it has %d)", policy.MinComplexity, score))
		}
	}
	return faults
}
