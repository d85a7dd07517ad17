// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

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

// roleNumbers are the server's (OrganizationUserType).
var roleNumbers = map[Role]int{RoleOwner: 0, RoleAdmin: 1, RoleUser: 2, RoleCustom: 4}

func roleOf(number int) Role {
	for role, n := range roleNumbers {
		if n == number {
			return role
		}
	}
	return Role(fmt.Sprintf("unknown (%d)", number))
}

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

// Numbers of the server (OrganizationUserStatusType).
const (
	numberRevoked   = -1
	numberInvited   = 0
	numberAccepted  = 1
	numberConfirmed = 2
	numberStaged    = 3
)

var statusNames = map[int]MemberStatus{
	numberRevoked: StatusRevoked, numberInvited: StatusInvited, numberAccepted: StatusAccepted,
	numberConfirmed: StatusConfirmed, numberStaged: StatusStaged,
}

// revocationReasons are the server's numbers (RevocationReason).
var revocationReasons = map[int]string{
	0: "unknown", 1: "manual", 2: "two_factor_policy", 3: "organization_data_ownership_policy",
	4: "single_organization_policy",
}

// Permissions are the rights of a custom role (reference: the server's Permissions object).
type Permissions struct {
	AccessEventLogs, AccessImportExport, AccessReports           bool
	CreateNewCollections, EditAnyCollection, DeleteAnyCollection bool
	ManageGroups, ManagePolicies, ManageSSO, ManageUsers         bool
	ManageResetPassword, ManageSCIM, ManageAccessRules           bool
}

// flags are the server's names of the permissions with where each is.
func (p *Permissions) flags() map[string]*bool {
	return map[string]*bool{
		"accessEventLogs": &p.AccessEventLogs, "accessImportExport": &p.AccessImportExport,
		"accessReports": &p.AccessReports, "createNewCollections": &p.CreateNewCollections,
		"editAnyCollection": &p.EditAnyCollection, "deleteAnyCollection": &p.DeleteAnyCollection,
		"manageGroups": &p.ManageGroups, "managePolicies": &p.ManagePolicies, "manageSso": &p.ManageSSO,
		"manageUsers": &p.ManageUsers, "manageResetPassword": &p.ManageResetPassword, "manageScim": &p.ManageSCIM,
		"manageAccessRules": &p.ManageAccessRules,
	}
}

// wirePermissions keep the rights that this client does not know.
type wirePermissions map[string]json.RawMessage

func (w wirePermissions) toDomain() *Permissions {
	p := &Permissions{}
	for name, flag := range p.flags() {
		*flag = string(w[name]) == "true"
	}
	return p
}

// with returns the rights of p on top of the unknown ones.
func (w wirePermissions) with(p *Permissions) wirePermissions {
	changed := wirePermissions{}
	maps.Copy(changed, w)
	for name, flag := range p.flags() {
		changed[name] = json.RawMessage(strconv.FormatBool(*flag))
	}
	return changed
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
	RevocationReason        string // Empty, or such as "manual" and "two_factor_policy".
	CreatedAt               time.Time
}

type wireMember struct {
	ID                    string          `json:"id"`
	UserID                string          `json:"userId"`
	Email                 string          `json:"email"`
	Name                  string          `json:"name"`
	Type                  int             `json:"type"`
	Status                int             `json:"status"`
	Permissions           wirePermissions `json:"permissions"`
	AccessSecretsManager  bool            `json:"accessSecretsManager"`
	ExternalID            string          `json:"externalId"`
	Groups                []string        `json:"groups"`
	Collections           []wireAccess    `json:"collections"`
	TwoFactorEnabled      bool            `json:"twoFactorEnabled"`
	ResetPasswordEnrolled bool            `json:"resetPasswordEnrolled"`
	UsesKeyConnector      bool            `json:"usesKeyConnector"`
	ClaimedByOrganization bool            `json:"claimedByOrganization"`
	RevocationReason      *int            `json:"revocationReason"`
	CreationDate          string          `json:"creationDate"`
}

func (m wireMember) toDomain(organizationID string) Member {
	member := Member{
		ID: m.ID, OrganizationID: organizationID, UserID: m.UserID, Email: m.Email, Name: m.Name,
		Role: roleOf(m.Type), Status: statusNames[m.Status], AccessSecretsManager: m.AccessSecretsManager,
		ExternalID: m.ExternalID, Groups: append([]string{}, m.Groups...), Collections: toAccess(m.Collections),
		TwoStepLoginEnabled: m.TwoFactorEnabled, AccountRecoveryEnrolled: m.ResetPasswordEnrolled,
		ClaimedByOrganization: m.ClaimedByOrganization,
	}
	member.CreatedAt, _ = time.Parse(time.RFC3339, m.CreationDate) // zero where the server does not tell
	slices.Sort(member.Groups)
	if member.Status == "" {
		member.Status = MemberStatus(fmt.Sprintf("unknown (%d)", m.Status))
	}
	if member.Role == RoleCustom {
		member.Permissions = m.Permissions.toDomain()
	}
	if m.RevocationReason != nil {
		if member.RevocationReason = revocationReasons[*m.RevocationReason]; member.RevocationReason == "" {
			member.RevocationReason = fmt.Sprintf("unknown (%d)", *m.RevocationReason)
		}
	}
	return member
}

// OccupiesSeat tells whether the member takes one of the organization's seats, and counts for billing.
func (m Member) OccupiesSeat() bool {
	return m.Status == StatusInvited || m.Status == StatusAccepted || m.Status == StatusConfirmed
}

// occupiesSeat is Member.OccupiesSeat of a row.
func (m wireMember) occupiesSeat() bool { return Member{Status: statusNames[m.Status]}.OccupiesSeat() }

// memberRows lists everybody by id. The map is shared: do not change it. Without the flags the server answers with empty
// lists of groups and collections, which look like none.
func (c *Client) memberRows(ctx context.Context, organizationID string) (map[string]wireMember, error) {
	o := c.organization(organizationID)
	var rows map[string]wireMember
	err := o.members.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireMember `json:"data"`
		}](ctx, c, "/organizations/{id}/users?includeGroups=true&includeCollections=true", organizationID)
		byID := make(map[string]wireMember, len(list.Data))
		for _, row := range list.Data {
			byID[row.ID] = row
		}
		return func() { o.memberRows = byID }, c.unreachable(ctx, organizationID, err)
	}, func() { rows = o.memberRows })
	return rows, err
}

// freshMemberRows lists everybody anew.
func (c *Client) freshMemberRows(ctx context.Context, organizationID string) (map[string]wireMember, error) {
	c.organization(organizationID).members.empty()
	return c.memberRows(ctx, organizationID)
}

// memberRow returns one member from the list.
func (c *Client) memberRow(ctx context.Context, organizationID, id string) (wireMember, error) {
	rows, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return wireMember{}, inside(err, "member", id)
	}
	row, ok := rows[id]
	if !ok {
		return row, c.missing(ctx, "member", organizationID, id, &c.organization(organizationID).members)
	}
	return row, nil
}

// patchMembers changes the list after a write of ours.
func (o *organizationCache) patchMembers(change func(rows map[string]wireMember)) {
	o.members.patch(func() {
		rows := maps.Clone(o.memberRows)
		change(rows)
		o.memberRows = rows
	})
}

// patchMember changes one row after a write of ours.
func (o *organizationCache) patchMember(id string, change func(row *wireMember)) {
	o.patchMembers(func(rows map[string]wireMember) {
		if row, ok := rows[id]; ok {
			change(&row)
			rows[id] = row
		}
	})
}

// recount brings the numbers in the list of clients up to date with the list of members.
func (c *Client) recount(organizationID string) {
	o := c.organization(organizationID)
	o.members.peek(func() {
		occupied, confirmed := 0, 0
		for _, row := range o.memberRows {
			if row.occupiesSeat() {
				occupied++
			}
			if row.Status == numberConfirmed {
				confirmed++
			}
		}
		c.patchClient(organizationID, func(r *wireClient) { r.OccupiedSeats, r.UserCount = occupied, confirmed })
	})
}

// patchGroupMembers puts exactly these members into a group.
func (o *organizationCache) patchGroupMembers(group string, members []string) {
	o.patchMembers(func(rows map[string]wireMember) {
		for id, row := range rows {
			in := slices.Contains(row.Groups, group)
			switch want := slices.Contains(members, id); {
			case want && !in:
				row.Groups = append(slices.Clone(row.Groups), group)
			case in && !want:
				row.Groups = slices.DeleteFunc(slices.Clone(row.Groups), func(g string) bool { return g == group })
			default:
				continue
			}
			rows[id] = row
		}
	})
}

// Members lists everybody in an organization by e-mail address, with groups and direct access: one request per run,
// shared.
func (c *Client) Members(ctx context.Context, organizationID string) ([]Member, error) {
	rows, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	members := make([]Member, 0, len(rows))
	for _, row := range rows {
		members = append(members, row.toDomain(organizationID))
	}
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Email+" "+a.ID, b.Email+" "+b.ID) })
	return members, nil
}

// Member returns one member by id, or a *NotFoundError.
func (c *Client) Member(ctx context.Context, organizationID, id string) (*Member, error) {
	row, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	return new(row.toDomain(organizationID)), nil
}

// MemberByEmail returns the member with this address, compared without regard to case, or a *NotFoundError.
func (c *Client) MemberByEmail(ctx context.Context, organizationID, email string) (*Member, error) {
	rows, err := c.memberRows(ctx, organizationID)
	if err != nil {
		return nil, byAddress(inside(err, "member", email))
	}
	row, ok := byEmail(rows, email)
	if !ok {
		return nil, byAddress(c.missing(ctx, "member", organizationID, email, &c.organization(organizationID).members))
	}
	return new(row.toDomain(organizationID)), nil
}

func byEmail(rows map[string]wireMember, email string) (wireMember, bool) {
	email = normalizeEmail(email)
	for _, row := range rows {
		if normalizeEmail(row.Email) == email {
			return row, true
		}
	}
	return wireMember{}, false
}

// confirmedOwners are the ids of the people who own an organization; provider users who are no members do not count.
func (c *Client) confirmedOwners(ctx context.Context, organizationID string) ([]string, error) {
	rows, err := c.memberRows(ctx, organizationID)
	var owners []string
	for id, row := range rows {
		if row.Type == roleNumbers[RoleOwner] && row.Status == numberConfirmed {
			owners = append(owners, id)
		}
	}
	return owners, err
}
