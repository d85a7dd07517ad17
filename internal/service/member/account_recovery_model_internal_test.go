// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

func TestAccountRecoveryModel_due(t *testing.T) {
	t.Parallel()
	model := func(trigger string, version int64, twoStep bool) accountRecoveryModel {
		m := accountRecoveryModel{ResetTwoStepLogin: types.BoolValue(twoStep)}
		if trigger != "" {
			m.Trigger = types.StringValue(trigger)
		}
		if version != 0 {
			m.NewPasswordWOVersion = types.Int64Value(version)
		}
		return m
	}
	password, none := types.StringValue("Tide-7-lantern-orbit"), types.StringNull()
	for name, test := range map[string]struct {
		state, plan accountRecoveryModel
		isNew       bool
		password    types.String
		sets, takes bool
	}{
		"creation":                    {plan: model("", 0, false), isNew: true, password: password, sets: true},
		"creation of both":            {plan: model("a", 1, true), isNew: true, password: password, sets: true, takes: true},
		"creation without a password": {plan: model("", 0, true), isNew: true, password: none, takes: true},
		"nothing changed":             {state: model("a", 1, true), plan: model("a", 1, true), password: password},
		"trigger": {
			state: model("a", 1, true), plan: model("b", 1, true), password: password, sets: true, takes: true,
		},
		"first trigger":           {state: model("", 0, false), plan: model("a", 0, false), password: password, sets: true},
		"trigger taken out":       {state: model("a", 0, true), plan: model("", 0, true), password: password},
		"version":                 {state: model("a", 1, true), plan: model("a", 2, true), password: password, sets: true},
		"version taken out":       {state: model("a", 1, true), plan: model("a", 0, true), password: password},
		"two-step login too":      {state: model("a", 1, false), plan: model("a", 1, true), password: password, takes: true},
		"two-step login no more":  {state: model("a", 1, true), plan: model("a", 1, false), password: password},
		"trigger and no password": {state: model("a", 1, true), plan: model("b", 1, true), password: none, takes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due := test.plan.due(test.state, test.isNew, test.password)
			if got := !due.NewPassword.IsEmpty(); got != test.sets || due.TwoStepLogin != test.takes {
				t.Errorf("sets the password: %v, takes two-step login: %v", got, due.TwoStepLogin)
			}
			if isDue(due) != (test.sets || test.takes) {
				t.Error("isDue disagrees")
			}
		})
	}
}

func TestPasswordFaults(t *testing.T) {
	t.Parallel()
	all := bitwarden.MasterPasswordPolicy{
		MinComplexity: 3, MinLength: 12, RequireUpper: true, RequireLower: true, RequireNumbers: true, RequireSpecial: true,
	}
	for name, test := range map[string]struct {
		policy   bitwarden.MasterPasswordPolicy
		password string
		want     []string
	}{
		"no policy":      {bitwarden.MasterPasswordPolicy{}, "a", nil},
		"all satisfied":  {all, "Mossy#granite-88-kite", nil},
		"all missing":    {all, "__ __", []string{"12 characters", "capital", "small", "digit", "!@#$%^&*", "3 of 4"}},
		"other capitals": {bitwarden.MasterPasswordPolicy{RequireUpper: true, MinLength: 3}, "Ärä", nil},
		"other specials": {bitwarden.MasterPasswordPolicy{RequireSpecial: true}, "a-b_c", []string{"!@#$%^&*"}},
		"the address is easy to guess": {
			bitwarden.MasterPasswordPolicy{MinComplexity: 3}, "suesmithbakery", []string{"3 of 4"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := passwordFaults(test.policy, test.password, "suesmithbakery@bakery.example")
			if len(got) != len(test.want) || !slices.EqualFunc(got, test.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
