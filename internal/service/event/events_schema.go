// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw/fwvalidate"
)

// logSchema is the schema of a log; own are the attributes by which the log is chosen.
func logSchema(description string, own map[string]schema.Attribute) schema.Schema {
	attributes := map[string]schema.Attribute{
		"start": schema.StringAttribute{
			MarkdownDescription: "Beginning of the time, as RFC 3339, such as `2026-01-31T00:00:00Z`. Default: 30 days " +
				"before `end`. From start to end are at most 367 days.",
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
		},
		"end": schema.StringAttribute{
			MarkdownDescription: "End of the time, as RFC 3339. Default: the end of today (UTC), so that every plan shows " +
				"what is new.",
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
		},
		"types": schema.SetAttribute{
			MarkdownDescription: "Types of events to show. Leave it out for all. The page of `bitwarden_organization_events` " +
				"lists the names; a type that has no name yet is its number, such as `2599`.",
			Optional:    true,
			ElementType: types.StringType,
			Validators:  []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(eventType{})},
		},
		"actor_ids": schema.SetAttribute{
			MarkdownDescription: "User ids of those who did it. Leave it out for everybody.",
			Optional:            true,
			ElementType:         types.StringType,
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(fwvalidate.UUID())},
		},
		"max_events": schema.Int64Attribute{
			MarkdownDescription: fmt.Sprintf("How many events to show at most, the newest. Each page of 50 events in the log "+
				"is one request. Default: `%d`.", defaultMaxEvents),
			Optional:   true,
			Validators: []validator.Int64{int64validator.Between(1, 100_000)},
		},
		"truncated": schema.BoolAttribute{
			MarkdownDescription: "Whether there are more events than `max_events`.",
			Computed:            true,
		},
		"events": schema.ListNestedAttribute{
			MarkdownDescription: "The events, the newest first. Events of the same moment are in a stable order.",
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: eventAttributes()},
		},
	}
	maps.Copy(attributes, own)
	return schema.Schema{
		MarkdownDescription: description + " What happens appears in the log after some seconds.",
		Attributes:          attributes,
	}
}

// organizationLogSchema is logSchema for a log of an organization.
func organizationLogSchema(description string, own map[string]schema.Attribute) schema.Schema {
	attributes := map[string]schema.Attribute{
		"organization_id": schema.StringAttribute{
			MarkdownDescription: "Id of the client organization.",
			Required:            true,
			Validators:          []validator.String{fwvalidate.UUID()},
		},
		"resolve_item_names": schema.BoolAttribute{
			MarkdownDescription: "Whether `item_name` and `collection_name` are filled. The names are decrypted, so the " +
				"master password is needed, and they get into the state. Default: `false`.",
			Optional: true,
		},
	}
	maps.Copy(attributes, own)
	return logSchema(description, attributes)
}

func eventAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"type":        text("What happened: one of the names for `types`, or the number of a type that has no name yet."),
		"type_number": schema.Int64Attribute{MarkdownDescription: "Number of the type on the server.", Computed: true},
		"date":        text("When it happened, as RFC 3339 in UTC."),
		"actor_id":    text("User id of who did it; null when it was no person."),
		"actor_name":  text("Name of who did it; null when that person is no longer a member or provider user."),
		"actor_email": text("E-mail address of who did it; null likewise."),
		"system_actor": text("What acted instead of a person: `scim`, `domain_verification`, `public_api`, " +
			"`two_step_login_disabled` or `bitwarden_portal`."),
		"device":        text("The program that was used, such as `chrome` or `linux_cli`."),
		"ip_address":    text("Address that the request came from."),
		"user_id":       text("User id of the account that the event is about."),
		"member_id":     text("Id of the member that the event is about."),
		"member_email":  text("E-mail address of that member; null when the member is gone."),
		"group_id":      text("Id of the group that the event is about."),
		"group_name":    text("Name of that group; null when the group is gone."),
		"collection_id": text("Id of the collection that the event is about."),
		"collection_name": text("Name of that collection; null without `resolve_item_names`, and when the collection is " +
			"gone."),
		"item_id": text("Id of the item that the event is about."),
		"item_name": text("Name of that item; null without `resolve_item_names`, and when the item is gone or in the " +
			"trash."),
		"policy_id":                  text("Id of the policy that the event is about."),
		"send_id":                    text("Id of the Send that the event is about."),
		"domain_name":                text("The domain that the event is about."),
		"provider_id":                text("Id of the provider, when one of its users acted."),
		"provider_user_id":           text("Id of the provider user that the event is about."),
		"provider_user_email":        text("E-mail address of that provider user; null when the user is gone."),
		"provider_organization_id":   text("Id of the row that links the provider and the client that the event is about."),
		"client_name":                text("Name of that client; null when it is no longer one."),
		"secret_id":                  text("Id of the secret in Secrets Manager that the event is about."),
		"project_id":                 text("Id of the project in Secrets Manager that the event is about."),
		"machine_account_id":         text("Id of the machine account that acted."),
		"granted_machine_account_id": text("Id of the machine account that the event is about."),
		"installation_id":            text("Id of the self-hosted installation that the event comes from."),
	}
}

// eventType accepts the name of a type, or a number.
type eventType struct{}

func (eventType) Description(context.Context) string {
	return "must be the name of a type of events, or its number"
}
func (t eventType) MarkdownDescription(ctx context.Context) string { return t.Description(ctx) }

var number = regexp.MustCompile(`^\d{1,6}$`)

func (t eventType) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || number.MatchString(value) ||
		slices.Contains(bitwarden.EventTypes(), value) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid attribute value", fmt.Sprintf(
		"%q %s. The page of bitwarden_organization_events lists the names.", value, t.Description(ctx)))
}

// validateRange refuses, before anything is asked, a time that the server would refuse or turn round.
func validateRange(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var start, end timetypes.RFC3339
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("start"), &start)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("end"), &end)...)
	from, to := instant(start), instant(end)
	if resp.Diagnostics.HasError() || from.IsZero() || to.IsZero() {
		return
	}
	if err := bitwarden.CheckEventRange(from, to); err != nil {
		fw.AddError(&resp.Diagnostics, "Impossible time", err)
	}
}
