// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package event

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// defaultMaxEvents keeps a busy year from filling the state by accident.
const defaultMaxEvents = 1000

// logModel is what all logs have in common.
type logModel struct {
	Start     timetypes.RFC3339 `tfsdk:"start"`
	End       timetypes.RFC3339 `tfsdk:"end"`
	Types     types.Set         `tfsdk:"types"`
	ActorIDs  types.Set         `tfsdk:"actor_ids"`
	MaxEvents types.Int64       `tfsdk:"max_events"`
	Truncated types.Bool        `tfsdk:"truncated"`
	Events    []eventModel      `tfsdk:"events"`
}

type eventModel struct {
	Type                    types.String `tfsdk:"type"`
	TypeNumber              types.Int64  `tfsdk:"type_number"`
	Date                    types.String `tfsdk:"date"`
	ActorID                 types.String `tfsdk:"actor_id"`
	ActorName               types.String `tfsdk:"actor_name"`
	ActorEmail              types.String `tfsdk:"actor_email"`
	SystemActor             types.String `tfsdk:"system_actor"`
	Device                  types.String `tfsdk:"device"`
	IPAddress               types.String `tfsdk:"ip_address"`
	UserID                  types.String `tfsdk:"user_id"`
	MemberID                types.String `tfsdk:"member_id"`
	MemberEmail             types.String `tfsdk:"member_email"`
	GroupID                 types.String `tfsdk:"group_id"`
	GroupName               types.String `tfsdk:"group_name"`
	CollectionID            types.String `tfsdk:"collection_id"`
	CollectionName          types.String `tfsdk:"collection_name"`
	ItemID                  types.String `tfsdk:"item_id"`
	ItemName                types.String `tfsdk:"item_name"`
	PolicyID                types.String `tfsdk:"policy_id"`
	SendID                  types.String `tfsdk:"send_id"`
	DomainName              types.String `tfsdk:"domain_name"`
	ProviderID              types.String `tfsdk:"provider_id"`
	ProviderUserID          types.String `tfsdk:"provider_user_id"`
	ProviderUserEmail       types.String `tfsdk:"provider_user_email"`
	ProviderOrganizationID  types.String `tfsdk:"provider_organization_id"`
	ClientName              types.String `tfsdk:"client_name"`
	SecretID                types.String `tfsdk:"secret_id"`
	ProjectID               types.String `tfsdk:"project_id"`
	MachineAccountID        types.String `tfsdk:"machine_account_id"`
	GrantedMachineAccountID types.String `tfsdk:"granted_machine_account_id"`
	InstallationID          types.String `tfsdk:"installation_id"`
}

// toAPI reads texts that the schema has validated: an instant that is null or cannot be read is the zero time, which
// means the default.
func (m *logModel) toAPI() bitwarden.EventQuery {
	query := bitwarden.EventQuery{
		Start: instant(m.Start), End: instant(m.End), Types: fw.IDs(m.Types), ActorIDs: fw.IDs(m.ActorIDs),
		Max: defaultMaxEvents,
	}
	if !m.MaxEvents.IsNull() {
		query.Max = int(m.MaxEvents.ValueInt64())
	}
	return query
}

func instant(value timetypes.RFC3339) time.Time {
	if value.IsNull() || value.IsUnknown() {
		return time.Time{}
	}
	moment, _ := value.ValueRFC3339Time()
	return moment
}

func (m *logModel) fromAPI(log *bitwarden.EventLog) {
	m.Truncated = types.BoolValue(log.Truncated)
	m.Events = make([]eventModel, 0, len(log.Events))
	for i := range log.Events {
		m.Events = append(m.Events, newEvent(&log.Events[i]))
	}
}

func newEvent(e *bitwarden.Event) eventModel {
	return eventModel{
		Type:                    types.StringValue(e.Type),
		TypeNumber:              types.Int64Value(int64(e.TypeNumber)),
		Date:                    types.StringValue(e.Date.Format(time.RFC3339Nano)),
		ActorID:                 fw.StringOrNull(e.ActorID),
		ActorName:               fw.StringOrNull(e.ActorName),
		ActorEmail:              fw.StringOrNull(e.ActorEmail),
		SystemActor:             fw.StringOrNull(e.SystemActor),
		Device:                  fw.StringOrNull(e.Device),
		IPAddress:               fw.StringOrNull(e.IPAddress),
		UserID:                  fw.StringOrNull(e.UserID),
		MemberID:                fw.StringOrNull(e.MemberID),
		MemberEmail:             fw.StringOrNull(e.MemberEmail),
		GroupID:                 fw.StringOrNull(e.GroupID),
		GroupName:               fw.StringOrNull(e.GroupName),
		CollectionID:            fw.StringOrNull(e.CollectionID),
		CollectionName:          fw.StringOrNull(e.CollectionName),
		ItemID:                  fw.StringOrNull(e.ItemID),
		ItemName:                fw.StringOrNull(e.ItemName),
		PolicyID:                fw.StringOrNull(e.PolicyID),
		SendID:                  fw.StringOrNull(e.SendID),
		DomainName:              fw.StringOrNull(e.DomainName),
		ProviderID:              fw.StringOrNull(e.ProviderID),
		ProviderUserID:          fw.StringOrNull(e.ProviderUserID),
		ProviderUserEmail:       fw.StringOrNull(e.ProviderUserEmail),
		ProviderOrganizationID:  fw.StringOrNull(e.ProviderOrganizationID),
		ClientName:              fw.StringOrNull(e.ClientName),
		SecretID:                fw.StringOrNull(e.SecretID),
		ProjectID:               fw.StringOrNull(e.ProjectID),
		MachineAccountID:        fw.StringOrNull(e.MachineAccountID),
		GrantedMachineAccountID: fw.StringOrNull(e.GrantedMachineAccountID),
		InstallationID:          fw.StringOrNull(e.InstallationID),
	}
}
