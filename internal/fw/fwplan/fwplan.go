// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package fwplan holds the plan modifiers that several resources share.
package fwplan

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// modifier is a plan modifier of texts that acts on changes of existing objects only.
type modifier struct {
	description string
	change      func(req planmodifier.StringRequest, resp *planmodifier.StringResponse)
}

func (m modifier) Description(context.Context) string         { return m.description }
func (m modifier) MarkdownDescription(context.Context) string { return m.description }

func (m modifier) PlanModifyString(
	_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.IsNull() ||
		req.PlanValue.Equal(req.StateValue) {
		return
	}
	m.change(req, resp)
}

// IgnoreCase keeps the value of the state when the configuration differs from it in letter case only.
func IgnoreCase() planmodifier.String {
	return modifier{
		"A change of letter case only is ignored.",
		func(req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
			if strings.EqualFold(req.PlanValue.ValueString(), req.StateValue.ValueString()) {
				resp.PlanValue = req.StateValue
			}
		},
	}
}

// CreateOnly keeps the value of the state of an attribute that only matters at creation, and warns that a change in the
// configuration does nothing. The remedy says where the thing is changed instead. Letter case is not a change.
func CreateOnly(remedy string) planmodifier.String {
	return modifier{
		"Only used at creation; a later change is ignored.",
		func(req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
			resp.PlanValue = req.StateValue
			if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() ||
				strings.EqualFold(req.ConfigValue.ValueString(), req.StateValue.ValueString()) {
				return
			}
			resp.Diagnostics.AddAttributeWarning(req.Path, "Attribute is only used at creation", fmt.Sprintf(
				"%s stays %q: what the configuration says now was not sent to the server. %s",
				req.Path, req.StateValue.ValueString(), remedy))
		},
	}
}

// WarnUnknown warns that an object is replaced for nothing but an id that is not known yet, beside the modifier that
// replaces it. The parent is what the id is of, such as "organization".
func WarnUnknown(parent string) planmodifier.String {
	return modifier{
		"Warns of a replacement because the value is not known yet.",
		func(req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
			if !req.PlanValue.IsUnknown() {
				return
			}
			resp.Diagnostics.AddAttributeWarning(req.Path, "Replaced because an id is not known yet", fmt.Sprintf(
				"This is destroyed, as its page says, and made again, because the id of its %[1]s is known after apply only. "+
					"Unless the %[1]s itself is replaced, a data source that looks it up is read late: it, or its module, depends "+
					"on something that changes in this run. Apply that change alone first, or take it out of depends_on.", parent))
		},
	}
}

// RefuseChange is for an attribute that the server cannot change and for which a replacement would destroy what people
// have stored. The remedy says what to do instead.
func RefuseChange(remedy string) planmodifier.String {
	return modifier{
		"Cannot be changed; a change is an error, never a replacement.",
		func(req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
			if req.PlanValue.IsUnknown() {
				return // Terraform plans again at apply, when it is known.
			}
			resp.Diagnostics.AddAttributeError(req.Path, "Attribute cannot be changed", fmt.Sprintf(
				"%s is %q and cannot become %q in place. %s",
				req.Path, req.StateValue.ValueString(), req.PlanValue.ValueString(), remedy))
		},
	}
}
