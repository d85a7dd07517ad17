// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package send

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// Where a Send is in its life.
const (
	statusActive  = "active"
	statusExpired = "expired"
	statusUsedUp  = "used_up"
	statusDeleted = "deleted"
)

var statuses = []string{statusActive, statusExpired, statusUsedUp, statusDeleted}

// What becomes of a Send that has ended.
const (
	onExpiryRecreate = "recreate"
	onExpiryRetain   = "retain"
)

type sendModel struct {
	ID                types.String         `tfsdk:"id"`
	Name              types.String         `tfsdk:"name"`
	Notes             types.String         `tfsdk:"notes"`
	TextWO            types.String         `tfsdk:"text_wo"`
	TextWOVersion     types.Int64          `tfsdk:"text_wo_version"`
	TextDigest        types.String         `tfsdk:"text_digest"`
	Hidden            types.Bool           `tfsdk:"hidden"`
	File              types.String         `tfsdk:"file"`
	FileDigest        types.String         `tfsdk:"file_digest"`
	PasswordWO        types.String         `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64          `tfsdk:"password_wo_version"`
	PasswordDigest    types.String         `tfsdk:"password_digest"`
	Emails            types.Set            `tfsdk:"emails"`
	MaxAccessCount    types.Int64          `tfsdk:"max_access_count"`
	ExpirationDate    timetypes.RFC3339    `tfsdk:"expiration_date"`
	DeletionDate      timetypes.RFC3339    `tfsdk:"deletion_date"`
	DeleteAfter       timetypes.GoDuration `tfsdk:"delete_after"`
	HideEmail         types.Bool           `tfsdk:"hide_email"`
	Disabled          types.Bool           `tfsdk:"disabled"`
	OnExpiry          types.String         `tfsdk:"on_expiry"`
	Type              types.String         `tfsdk:"type"`
	Status            types.String         `tfsdk:"status"`
	AccessID          types.String         `tfsdk:"access_id"`
	AccessCount       types.Int64          `tfsdk:"access_count"`
	RevisionDate      timetypes.RFC3339    `tfsdk:"revision_date"`
	UserID            types.String         `tfsdk:"user_id"`
	Link              types.String         `tfsdk:"link"`
}

type sendIdentity struct {
	ID types.String `tfsdk:"id"`
}

func (m sendModel) identity() sendIdentity { return sendIdentity{ID: m.ID} }

// settings are what the server is to have.
func (m sendModel) settings(now time.Time) bitwarden.SendSettings {
	return bitwarden.SendSettings{
		Name: m.Name.ValueString(), Notes: m.Notes.ValueString(), Hidden: m.Hidden.ValueBool(),
		MaxAccessCount: m.MaxAccessCount.ValueInt64Pointer(), Expiration: instant(m.ExpirationDate),
		Deletion: *m.deletion(now), Disabled: m.Disabled.ValueBool(), HideEmail: m.HideEmail.ValueBool(),
		Emails: fw.IDs(m.Emails),
	}
}

// deletion is when the Send is deleted if it is written now, nil if that is not known.
func (m sendModel) deletion(now time.Time) *time.Time {
	if at := instant(m.DeletionDate); at != nil || m.DeleteAfter.IsNull() || m.DeleteAfter.IsUnknown() {
		return at
	}
	// The request takes a moment, and the server's clock is another one: so a minute less than the most that it takes.
	after, _ := m.DeleteAfter.ValueGoDuration() // validated
	return new(now.UTC().Truncate(time.Second).Add(min(after, bitwarden.SendLifetime-time.Minute)))
}

// instant is nil for null and unknown.
func instant(value timetypes.RFC3339) *time.Time {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	at, _ := value.ValueRFC3339Time() // validated
	return &at
}

// date keeps how a date is written if it is the same one.
func date(current timetypes.RFC3339, at *time.Time) timetypes.RFC3339 {
	if at == nil {
		return timetypes.NewRFC3339Null()
	}
	if old := instant(current); old != nil && old.Equal(*at) {
		return current
	}
	return timetypes.NewRFC3339ValueMust(at.UTC().Format(time.RFC3339Nano))
}

// fromAPI takes the server's values into a plan or state. Path and digest of the file, digest of the password, user and
// link are none of them.
func (m sendModel) fromAPI(s *bitwarden.Send, now time.Time) sendModel {
	m.ID, m.AccessID = types.StringValue(s.ID), types.StringValue(s.AccessID)
	m.Name, m.Notes = types.StringValue(s.Name), fw.StringOrNull(s.Notes)
	m.TextWO, m.PasswordWO = types.StringNull(), types.StringNull()
	m.TextDigest = fw.StringOrNull(s.TextDigest)
	m.Hidden, m.Disabled = types.BoolValue(s.Hidden), types.BoolValue(s.Disabled)
	m.HideEmail = types.BoolValue(s.HideEmail)
	m.Emails = types.SetNull(types.StringType)
	if len(s.Emails) > 0 {
		m.Emails = fw.IDSet(s.Emails)
	}
	m.MaxAccessCount = types.Int64PointerValue(s.MaxAccessCount)
	m.ExpirationDate = date(m.ExpirationDate, s.Expiration)
	m.DeletionDate = date(m.DeletionDate, &s.Deletion)
	m.RevisionDate = date(m.RevisionDate, &s.Revision)
	m.AccessCount = types.Int64Value(s.AccessCount)
	m.Type = types.StringValue(string(s.Type))
	m.Status = types.StringValue(status(s, now))
	return m
}

// status tells whether recipients can still open the Send. The server deletes it by itself later on.
func status(s *bitwarden.Send, now time.Time) string {
	switch {
	case !s.Deletion.After(now):
		return statusDeleted
	case s.Expiration != nil && !s.Expiration.After(now):
		return statusExpired
	case s.MaxAccessCount != nil && s.AccessCount >= *s.MaxAccessCount:
		return statusUsedUp
	default:
		return statusActive
	}
}

// isPastDeletion tells whether the server was to delete the Send by now.
func (m sendModel) isPastDeletion(now time.Time) bool {
	at := instant(m.DeletionDate)
	return at != nil && !at.After(now)
}

// hasEnded tells whether the Send is of no use to recipients any more.
func (m sendModel) hasEnded() bool {
	return slices.Contains([]string{statusExpired, statusUsedUp, statusDeleted}, m.Status.ValueString())
}

// fresh is the plan for a new Send: delete_after counts from then.
func (m sendModel) fresh() sendModel {
	if !m.DeleteAfter.IsNull() {
		m.DeletionDate = timetypes.NewRFC3339Unknown()
	}
	return m
}

// canLive tells whether a Send that is made now could be opened.
func (m sendModel) canLive(now time.Time) bool {
	deletion, expiration := m.deletion(now), instant(m.ExpirationDate)
	return (deletion == nil || deletion.After(now)) && (expiration == nil || expiration.After(now))
}

// isConfiguredAs tells whether everything that the configuration sets, but for secrets, is the same.
func (m sendModel) isConfiguredAs(o sendModel) bool {
	return m.Name.Equal(o.Name) && m.Notes.Equal(o.Notes) && m.Hidden.Equal(o.Hidden) && m.File.Equal(o.File) &&
		m.TextWOVersion.Equal(o.TextWOVersion) && m.PasswordWOVersion.Equal(o.PasswordWOVersion) &&
		m.Emails.Equal(o.Emails) && m.MaxAccessCount.Equal(o.MaxAccessCount) &&
		m.ExpirationDate.Equal(o.ExpirationDate) && m.DeletionDate.Equal(o.DeletionDate) &&
		m.DeleteAfter.Equal(o.DeleteAfter) && m.HideEmail.Equal(o.HideEmail) && m.Disabled.Equal(o.Disabled) &&
		m.OnExpiry.Equal(o.OnExpiry)
}

// isSameToServer tells whether nothing differs but what the server does not know of: on_expiry, and where the file is.
func (m sendModel) isSameToServer(o sendModel) bool {
	secrets := m.TextDigest.Equal(o.TextDigest) && m.PasswordDigest.Equal(o.PasswordDigest)
	return secrets && m.withOwn(o).isConfiguredAs(o)
}

// withOwn takes from the other what the server does not know of.
func (m sendModel) withOwn(o sendModel) sendModel {
	m.OnExpiry, m.File, m.FileDigest = o.OnExpiry, o.File, o.FileDigest
	return m
}

// writeOnly is a secret of the configuration, as far as the plan knows it.
type writeOnly struct {
	config              types.String
	version, oldVersion types.Int64
	// digest is that of the configured value, empty if it is not known yet.
	digest string
	// current is the digest of what the server has, applied that of what was written last; empty if there is none.
	current, applied string
}

// isDue tells whether the secret has to be written. With a version that is so when the version changes, and when the
// server has something else than what was written; else when the server has something else than the configuration.
func (w writeOnly) isDue() bool {
	switch {
	case w.config.IsNull():
		return false
	case w.current == "", !w.version.Equal(w.oldVersion) && !w.version.IsNull():
		return true
	case !w.version.IsNull():
		return w.applied != "" && w.applied != w.current
	default:
		return w.digest != w.current
	}
}
