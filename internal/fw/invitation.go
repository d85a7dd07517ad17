// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ResendInvitationAfterAttribute is how long an invitation stays open before it is sent again: see Overdue.
func ResendInvitationAfterAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "How long an invitation stays open before it is sent again, such as `120h`; the mailed link is " +
			"good for five days. When that time has passed since `invited_at`, and nothing else changes, the plan shows " +
			"`invited_at` changing and the apply sends the invitation. Leave it out to never send it again.",
		CustomType: timetypes.GoDurationType{},
		Optional:   true,
	}
}

// InvitedAtAttribute is the moment of the last invitation from here.
func InvitedAtAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// Overdue tells whether an open invitation is to be sent again at a moment. One whose age nobody knows is.
func Overdue(invitedAt types.String, after timetypes.GoDuration, now time.Time) bool {
	if after.IsNull() || after.IsUnknown() || invitedAt.IsUnknown() {
		return false
	}
	open, diags := after.ValueGoDuration()
	sent, err := time.Parse(time.RFC3339, invitedAt.ValueString())
	return !diags.HasError() && (err != nil || now.Sub(sent) > open)
}

// Timestamp is a moment in the state; null when it is not known.
func Timestamp(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
