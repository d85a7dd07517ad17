// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import "context"

// Role is what a member may do in an organization.
type Role string

// Roles of members.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleUser   Role = "user"
	RoleCustom Role = "custom"
)

// Roles lists them in the order of documentation.
var Roles = []Role{RoleOwner, RoleAdmin, RoleUser, RoleCustom}

// MemberStatus is how far a person has come.
type MemberStatus string

// Statuses of members. The server moves them outside Terraform.
const (
	StatusRevoked   MemberStatus = "revoked"
	StatusInvited   MemberStatus = "invited"
	StatusAccepted  MemberStatus = "accepted"
	StatusConfirmed MemberStatus = "confirmed"
	StatusStaged    MemberStatus = "staged"
)

// Permissions are the rights of a custom role (reference: the server's Permissions object).
type Permissions struct {
	AccessEventLogs, AccessImportExport, AccessReports           bool
	CreateNewCollections, EditAnyCollection, DeleteAnyCollection bool
	ManageGroups, ManagePolicies, ManageSSO, ManageUsers         bool
	ManageResetPassword, ManageSCIM, ManageAccessRules           bool
}

// Permission is what a group or member may do with the items of a collection.
type Permission string

// Permissions on a collection, in the web vault's words.
const (
	PermissionView                Permission = "view"
	PermissionViewExceptPasswords Permission = "view_except_passwords"
	PermissionEdit                Permission = "edit"
	PermissionEditExceptPasswords Permission = "edit_except_passwords"
	PermissionManage              Permission = "manage"
)

// CollectionPermissions lists them in the order of documentation.
var CollectionPermissions = []Permission{
	PermissionView, PermissionViewExceptPasswords, PermissionEdit, PermissionEditExceptPasswords, PermissionManage,
}

// Member is a person in an organization (GET /organizations/{id}/users).
type Member struct {
	ID             string // Organization user id.
	OrganizationID string
	UserID         string // Empty while invited.
	Email          string
	Name           string
	Role           Role
	Status         MemberStatus
	// Permissions is set for RoleCustom only.
	Permissions             *Permissions
	AccessSecretsManager    bool
	ExternalID              string
	Groups                  []string              // Group ids, sorted.
	Collections             map[string]Permission // Direct access by collection id.
	TwoStepLoginEnabled     bool
	AccountRecoveryEnrolled bool
	ClaimedByOrganization   bool
	RevocationReason        string
}

// NewMember is an invitation.
type NewMember struct {
	Email                string
	Role                 Role
	Permissions          *Permissions
	AccessSecretsManager bool
	Groups               []string
	Collections          map[string]Permission
}

// MemberUpdate changes a member; nil keeps what the server has (groups and collections included).
type MemberUpdate struct {
	Role                 *Role
	Permissions          *Permissions
	AccessSecretsManager *bool
	Groups               []string
	Collections          map[string]Permission
}

// Members lists everybody in an organization with groups and direct access: one request per run, shared.
func (c *Client) Members(ctx context.Context, organizationID string) ([]Member, error) {
	return nil, errNotImplemented
}

// Member returns one member by id, or a *NotFoundError.
func (c *Client) Member(ctx context.Context, organizationID, id string) (*Member, error) {
	return nil, errNotImplemented
}

// MemberByEmail returns the member with this address, compared without regard to case, or a *NotFoundError.
func (c *Client) MemberByEmail(ctx context.Context, organizationID, email string) (*Member, error) {
	return nil, errNotImplemented
}

// InviteMember invites one person. Concurrent invitations with equal role, groups and collections share a request. An
// address that is in the organization already is an *InputError on "email", since the server would skip it silently.
func (c *Client) InviteMember(ctx context.Context, organizationID string, n NewMember) (*Member, error) {
	return nil, errNotImplemented
}

// UpdateMember changes role, permissions, groups or direct access (PUT /organizations/{id}/users/{id}).
func (c *Client) UpdateMember(ctx context.Context, organizationID, id string, u MemberUpdate) (*Member, error) {
	return nil, errNotImplemented
}

// ConfirmMember wraps the organization key for an accepted member. A non-empty fingerprint must equal the phrase of the
// member's public key, otherwise nothing is sent and the error is an *InputError on "fingerprint_phrase".
func (c *Client) ConfirmMember(ctx context.Context, organizationID, id, fingerprint string) (*Member, error) {
	return nil, errNotImplemented
}

// RevokeMember takes a member's access away, keeping role, groups and collections.
func (c *Client) RevokeMember(ctx context.Context, organizationID, id string) (*Member, error) {
	return nil, errNotImplemented
}

// RestoreMember gives a revoked member's access back; it takes a seat.
func (c *Client) RestoreMember(ctx context.Context, organizationID, id string) (*Member, error) {
	return nil, errNotImplemented
}

// ReinviteMember mails the invitation again.
func (c *Client) ReinviteMember(ctx context.Context, organizationID, id string) error {
	return errNotImplemented
}

// RemoveMember ends the membership. It refuses the acting account and the last confirmed owner; a member who is gone is
// a success.
func (c *Client) RemoveMember(ctx context.Context, organizationID, id string) error {
	return errNotImplemented
}
