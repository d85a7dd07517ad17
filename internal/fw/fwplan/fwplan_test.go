// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fwplan_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwplan"
)

func TestModifiers(t *testing.T) {
	t.Parallel()
	null, unknown := types.StringNull(), types.StringUnknown()
	text := types.StringValue
	ignoreCase, createOnly := fwplan.IgnoreCase(), fwplan.CreateOnly("Do it there.")
	refuse, late := fwplan.RefuseChange("Ask them."), fwplan.WarnUnknown("organization")
	for name, test := range map[string]struct {
		modifier            planmodifier.String
		state, config, want types.String
		warning, err        string
	}{
		"IgnoreCase keeps the state":              {ignoreCase, text("a@x.y"), text("A@X.y"), text("a@x.y"), "", ""},
		"IgnoreCase lets a change pass":           {ignoreCase, text("a@x.y"), text("b@x.y"), text("b@x.y"), "", ""},
		"IgnoreCase lets unknown pass":            {ignoreCase, text("a@x.y"), unknown, unknown, "", ""},
		"CreateOnly keeps the state and warns":    {createOnly, text("a"), text("b"), text("a"), `stays "a"`, ""},
		"CreateOnly is quiet about letter case":   {createOnly, text("a"), text("A"), text("a"), "", ""},
		"CreateOnly is quiet about no value":      {createOnly, text("a"), null, text("a"), "", ""},
		"CreateOnly is quiet about unknown":       {createOnly, text("a"), unknown, text("a"), "", ""},
		"CreateOnly records what nobody knew yet": {createOnly, null, text("b"), text("b"), "", ""},
		"CreateOnly with no change":               {createOnly, text("a"), text("a"), text("a"), "", ""},
		"WarnUnknown warns":                       {late, text("a"), unknown, unknown, "id of its organization", ""},
		"WarnUnknown lets a change pass":          {late, text("a"), text("b"), text("b"), "", ""},
		"WarnUnknown is quiet about what is new":  {late, null, unknown, unknown, "", ""},
		"RefuseChange refuses":                    {refuse, text("a"), text("b"), text("b"), "", `cannot become "b"`},
		"RefuseChange waits for the value":        {refuse, text("a"), unknown, unknown, "", ""},
		"RefuseChange with no change":             {refuse, text("a"), text("a"), text("a"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exists := tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{})
			req := planmodifier.StringRequest{
				Path: path.Root("x"), ConfigValue: test.config, PlanValue: test.config, StateValue: test.state,
				State: tfsdk.State{Raw: exists}, Plan: tfsdk.Plan{Raw: exists},
			}
			resp := planmodifier.StringResponse{PlanValue: req.PlanValue}
			test.modifier.PlanModifyString(t.Context(), req, &resp)
			if !resp.PlanValue.Equal(test.want) {
				t.Errorf("planned %v, want %v", resp.PlanValue, test.want)
			}
			want := test.warning + test.err
			if (len(resp.Diagnostics) > 0) != (want != "") || resp.Diagnostics.HasError() != (test.err != "") {
				t.Fatalf("got %v, want %q", resp.Diagnostics, want)
			}
			for _, d := range resp.Diagnostics {
				if !strings.Contains(d.Detail(), want) {
					t.Errorf("detail %q lacks %q", d.Detail(), want)
				}
			}
		})
	}
}

func TestModifiers_create(t *testing.T) {
	t.Parallel()
	for _, modifier := range []planmodifier.String{
		fwplan.IgnoreCase(), fwplan.CreateOnly(""), fwplan.RefuseChange(""),
	} {
		req := planmodifier.StringRequest{
			PlanValue: types.StringValue("a"), StateValue: types.StringNull(),
			State: tfsdk.State{Raw: tftypes.NewValue(tftypes.Object{}, nil)},
			Plan:  tfsdk.Plan{Raw: tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{})},
		}
		resp := planmodifier.StringResponse{PlanValue: req.PlanValue}
		modifier.PlanModifyString(t.Context(), req, &resp)
		if !resp.PlanValue.Equal(req.PlanValue) || len(resp.Diagnostics) > 0 {
			t.Errorf("%s: got %v, %v on creation", modifier.Description(t.Context()), resp.PlanValue, resp.Diagnostics)
		}
	}
}
