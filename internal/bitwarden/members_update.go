// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// flagMemberEmail is the server's feature flag with which it fails on member updates by a provider user who is no member.
const flagMemberEmail = "pm-28365-change-member-email-no-mp"

// MemberUpdate changes a member; nil keeps what the server has (groups and collections included).
type MemberUpdate struct {
	Role                 *Role
	Permissions          *Permissions
	AccessSecretsManager *bool
	Groups               []string
	Collections          map[string]Permission
	ExternalID           *string // Needs the Public API, and so the master password.
}

func (u MemberUpdate) isEmpty() bool {
	return u.Role == nil && u.Permissions == nil && u.AccessSecretsManager == nil && u.Groups == nil &&
		u.Collections == nil && u.ExternalID == nil
}

// checkRole refuses roles that do not exist or that the plan does not have, and permissions without the custom role.
func (c *Client) checkRole(ctx context.Context, organizationID string, role Role, permissions *Permissions) error {
	if _, ok := roleNumbers[role]; !ok {
		return &InputError{"role", fmt.Sprintf("%q is no role", role), oneOf(Roles)}
	}
	if role != RoleCustom {
		if permissions != nil {
			return &InputError{
				"permissions", fmt.Sprintf("They have no meaning for the role %q", role), "Set role to \"custom\" or remove them.",
			}
		}
		return nil
	}
	a, err := c.abilitiesOf(ctx, organizationID)
	if err != nil || a[abilityCustomPermissions] {
		return err
	}
	plan := "its plan"
	if client, err := c.clientRow(ctx, organizationID); err == nil {
		plan = "the plan " + client.Plan
	}
	return &InputError{
		"role", fmt.Sprintf("The organization has no custom roles: %s does not include them", plan),
		"Use owner, admin or user, or give the client an Enterprise plan.",
	}
}

// checkEdges refuses ids that the server would drop silently.
func (c *Client) checkEdges(
	ctx context.Context, organizationID string, groups []string, collections map[string]Permission,
) error {
	if len(groups) > 0 {
		rows, err := c.groupRows(ctx, organizationID)
		if err != nil {
			return err
		}
		if err := checkIDs("groups", "group", groups, func(id string) bool { _, ok := rows[id]; return ok }); err != nil {
			return err
		}
	}
	if len(collections) > 0 {
		rows, err := c.collectionRows(ctx, organizationID)
		if err != nil {
			return err
		}
		known := func(id string) bool { _, ok := rows[id]; return ok }
		return checkAccess("collections", "collection", collections, known)
	}
	return nil
}

// UpdateMember changes role, permissions, groups or direct access (PUT /organizations/{id}/users/{id}). The server writes
// all of them, so that what is not to change is read just before, including what this client does not know.
func (c *Client) UpdateMember(ctx context.Context, organizationID, id string, u MemberUpdate) (*Member, error) {
	if u.isEmpty() {
		return c.Member(ctx, organizationID, id)
	}
	if err := c.checkEdges(ctx, organizationID, u.Groups, u.Collections); err != nil {
		return nil, err
	}
	ctx, leave, err := c.lanes.enter(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	defer leave()
	listed, err := c.memberRow(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	if err := c.checkOwnGroups(ctx, listed, u); err != nil {
		return nil, err
	}
	current, flags, err := c.freshMember(ctx, organizationID, id)
	if err != nil {
		return nil, err
	}
	changed, err := c.applyUpdate(ctx, organizationID, current, u)
	if err != nil {
		return nil, err
	}
	if err := c.putMember(ctx, organizationID, current, changed, flags, u); err != nil {
		return nil, err
	}
	o := c.organization(organizationID)
	o.patchMember(id, func(row *wireMember) {
		row.Type, row.AccessSecretsManager, row.Permissions = changed.Type, changed.AccessSecretsManager, changed.Permissions
		row.Groups, row.Collections, row.ExternalID = changed.Groups, changed.Collections, changed.ExternalID
	})
	return c.Member(ctx, organizationID, id)
}

// putMember writes a member as it is to be. The Public API takes external ids, and stands in where the server fails on
// everything else; it does not take access to Secrets Manager.
func (c *Client) putMember(
	ctx context.Context, organizationID string, current, changed wireMember, flags map[string]any, u MemberUpdate,
) error {
	public := changed.AccessSecretsManager == current.AccessSecretsManager
	if u.ExternalID == nil || !public {
		flags["type"], flags["accessSecretsManager"] = changed.Type, changed.AccessSecretsManager
		flags["permissions"], flags["collections"] = changed.Permissions, append([]wireAccess{}, changed.Collections...)
		flags["groups"] = u.Groups // null leaves them
		err := c.do(ctx, &call{
			method: http.MethodPut, route: "/organizations/{id}/users/{member}", args: []string{organizationID, changed.ID},
			body: flags,
		})
		switch {
		case err == nil && u.ExternalID == nil:
			return nil
		case err != nil && (!public || !c.failsOnMembers(ctx, err)):
			return c.explainUpdate(ctx, organizationID, changed.ID, err)
		case err != nil:
			if publicErr := c.putPublicMember(ctx, organizationID, changed, u.Groups); publicErr != nil {
				return fmt.Errorf("%w; nor does the Public API help: %s",
					c.explainUpdate(ctx, organizationID, changed.ID, err), publicErr.Error())
			}
			return nil
		}
	}
	if err := c.CheckPublicAPI(ctx, organizationID, "external_id"); err != nil {
		return err
	}
	err := c.putPublicMember(ctx, organizationID, changed, u.Groups)
	if err != nil {
		c.organization(organizationID).members.empty()
	}
	return c.goneMember(ctx, organizationID, changed.ID, err)
}

// failsOnMembers tells whether a failure is the one that the server has with a feature flag on.
func (c *Client) failsOnMembers(ctx context.Context, failure error) bool {
	if !hasStatus(failure, http.StatusInternalServerError) {
		return false
	}
	config, err := getJSON[struct {
		FeatureStates map[string]any `json:"featureStates"`
	}](ctx, c, "/config")
	return err == nil && config.FeatureStates[flagMemberEmail] == true
}

// freshMember reads a member just before it is written: once to know it, and once as the access flags to send back
// (accessPam and whatever the server may add).
func (c *Client) freshMember(ctx context.Context, organizationID, id string) (wireMember, map[string]any, error) {
	raw, err := getJSON[json.RawMessage](
		ctx, c, "/organizations/{id}/users/{member}?includeGroups=true", organizationID, id)
	if err != nil {
		return wireMember{}, nil, c.goneMember(ctx, organizationID, id, err)
	}
	var member wireMember
	members, flags := map[string]json.RawMessage{}, map[string]any{}
	if err := errors.Join(json.Unmarshal(raw, &member), json.Unmarshal(raw, &members)); err != nil {
		return member, nil, err
	}
	for name, value := range members {
		if strings.HasPrefix(name, "access") {
			flags[name] = value
		}
	}
	return member, flags, nil
}

// applyUpdate returns the member as it is to be.
func (c *Client) applyUpdate(
	ctx context.Context, organizationID string, current wireMember, u MemberUpdate,
) (wireMember, error) {
	changed := current
	role := roleOf(current.Type)
	if u.Role != nil {
		role = *u.Role
	}
	if role != roleOf(current.Type) || u.Permissions != nil {
		if err := c.checkRole(ctx, organizationID, role, u.Permissions); err != nil {
			return changed, err
		}
	}
	if role != roleOf(current.Type) {
		if current.Type == roleNumbers[RoleOwner] {
			if err := c.checkOtherOwner(ctx, organizationID, current.ID, "role", "demoted"); err != nil {
				return changed, err
			}
		}
		changed.Type = roleNumbers[role]
		if changed.Permissions = nil; role == RoleCustom {
			changed.Permissions = wirePermissions{}.with(&Permissions{})
		}
	}
	if u.Permissions != nil {
		changed.Permissions = changed.Permissions.with(u.Permissions)
	}
	if u.AccessSecretsManager != nil {
		changed.AccessSecretsManager = *u.AccessSecretsManager
	}
	if u.Groups != nil {
		changed.Groups = u.Groups
	}
	if u.Collections != nil {
		changed.Collections = fromAccess(u.Collections)
	}
	if u.ExternalID != nil {
		changed.ExternalID = *u.ExternalID
	}
	return changed, nil
}

// checkOtherOwner refuses to take the last confirmed owner away; those who are leaving count no more.
func (c *Client) checkOtherOwner(
	ctx context.Context, organizationID, id, field, verb string, leaving ...string,
) error {
	owners, err := c.confirmedOwners(ctx, organizationID)
	if err != nil {
		return err
	}
	owners = slices.DeleteFunc(owners, func(owner string) bool { return slices.Contains(leaving, owner) })
	if slices.Equal(owners, []string{id}) {
		return errors.Join(ErrLastOwner, &InputError{
			field, "The last confirmed owner of an organization is never " + verb,
			"Confirm another owner first.",
		})
	}
	return nil
}

// checkOwnGroups refuses what the server ignores: nobody changes their own groups.
func (c *Client) checkOwnGroups(ctx context.Context, listed wireMember, u MemberUpdate) error {
	if u.Groups == nil {
		return nil
	}
	self, err := c.isSelf(ctx, listed)
	before, after := slices.Sorted(slices.Values(listed.Groups)), slices.Sorted(slices.Values(u.Groups))
	if err != nil || !self || slices.Equal(before, after) {
		return err
	}
	return &InputError{
		"groups", "This member is the account that Terraform uses, and the server lets nobody change their own groups",
		"Leave groups out for this member, or let another provider user do it.",
	}
}

func (c *Client) isSelf(ctx context.Context, row wireMember) (bool, error) {
	profile, err := c.readProfile(ctx)
	return err == nil && row.UserID == profile.ID && row.UserID != "", err
}

// explainUpdate finds out why an update failed without a reason.
func (c *Client) explainUpdate(ctx context.Context, organizationID, id string, refused error) error {
	c.organization(organizationID).members.empty()
	e, ok := errors.AsType[*Error](refused)
	if !ok || e.Status != http.StatusInternalServerError {
		return c.goneMember(ctx, organizationID, id, refused)
	}
	if !c.failsOnMembers(ctx, refused) {
		return refused
	}
	explained := *e
	explained.Message = "The server has its feature flag " + flagMemberEmail + " on, with which it fails on every change of a " +
		"member by a provider user who is no member of the organization. Invite the account to the organization, accept and " +
		"confirm, or change this member in the web vault"
	return &explained
}

// goneMember explains a refusal: by the list if that no longer has the member, else by the server's own words.
func (c *Client) goneMember(ctx context.Context, organizationID, id string, refused error) error {
	if !hasStatus(refused, http.StatusNotFound) && !IsForbidden(refused) {
		return refused
	}
	c.organization(organizationID).members.empty()
	if _, err := c.memberRow(ctx, organizationID, id); err != nil {
		return err
	}
	return refused
}
