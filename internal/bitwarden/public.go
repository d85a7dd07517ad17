// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// apiKeyDefault is the server's number of the key for the Public API (OrganizationApiKeyType).
const apiKeyDefault = 0

// CheckPublicAPI tells why the Public API of an organization cannot be used, as far as that is known without asking it:
// an *InputError on the field that needs it, or a *ConfigError.
func (c *Client) CheckPublicAPI(ctx context.Context, organizationID, field string) error {
	a, err := c.abilitiesOf(ctx, organizationID)
	if err != nil {
		return err
	}
	if can, known := a["use_api"]; known && !can {
		return &InputError{
			field, "The plan of the organization has no Public API, by which alone this can be set",
			"Leave it out, or give the client another plan.",
		}
	}
	if c.config.MasterPassword.IsEmpty() {
		return &ConfigError{
			"master_password", "It is missing, and without it the server does not hand out the organization's API key, which " +
				field + " needs", "Set it, or BW_PASSWORD.",
		}
	}
	return nil
}

// publicBearer returns a token of the organization itself, whose login happens once per run: the server allows few.
func (c *Client) publicBearer(ctx context.Context, organizationID string) (string, error) {
	s := &c.organization(organizationID).public
	s.slot.emptyIf(func() bool { return time.Now().After(s.renewAt) })
	var token string
	err := s.slot.read(ctx, func(ctx context.Context) (func(), error) {
		t, err := c.publicLogin(ctx, organizationID)
		return func() { s.keep(t) }, err
	}, func() { token = s.token })
	return token, err
}

// publicLogin logs the organization in with its API key (POST /organizations/{id}/api-key), which proves the acting
// account's master password.
func (c *Client) publicLogin(ctx context.Context, organizationID string) (tokenResponse, error) {
	hash, err := c.passwordHash(ctx)
	if err != nil {
		return tokenResponse{}, err
	}
	var key struct {
		APIKey string `json:"apiKey"`
	}
	err = c.do(ctx, &call{
		method: http.MethodPost, route: "/organizations/{id}/api-key", args: []string{organizationID}, asks: true,
		body: map[string]any{"type": apiKeyDefault, "masterPasswordHash": hash}, into: &key,
	})
	if err != nil {
		err = c.unreachable(ctx, organizationID, err)
		return tokenResponse{}, fmt.Errorf("the organization's API key cannot be read: %w", err)
	}
	t, err := c.requestToken(ctx, url.Values{
		"grant_type": {"client_credentials"}, "scope": {"api.organization"},
		"client_id": {"organization." + organizationID}, "client_secret": {key.APIKey},
	})
	if refused, ok := errors.AsType[*LoginError](err); ok { // its remedy is about another key
		err = fmt.Errorf("the server does not take the API key of organization %s: %s", organizationID, refused.Reason)
	}
	return t, err
}

// doPublic sends a call as the organization.
func (c *Client) doPublic(ctx context.Context, organizationID string, request *call) error {
	for renewed := false; ; renewed = true {
		token, err := c.publicBearer(ctx, organizationID)
		if err != nil {
			return err
		}
		a, err := c.transport.exchange(ctx, request, token)
		switch {
		case err != nil:
			return err
		case a.isSuccess():
			return nil
		case a.status == http.StatusUnauthorized && !renewed:
			c.organization(organizationID).public.expire(token)
		default:
			return newError(request, a)
		}
	}
}

// publicGroup is the body of PUT /public/groups/{id}: what is left out is reset, except for the collections.
type publicGroup struct {
	Name        string       `json:"name"`
	ExternalID  *string      `json:"externalId"`
	Collections []wireAccess `json:"collections"`
}

// publicMember is the body of PUT /public/members/{id}: what is left out is reset, except for the groups.
type publicMember struct {
	Type        int             `json:"type"`
	ExternalID  *string         `json:"externalId"`
	Permissions wirePermissions `json:"permissions"`
	Collections []wireAccess    `json:"collections"`
	Groups      []string        `json:"groups"`
}

// putPublicMember writes a member by the Public API, which takes everything but access to Secrets Manager; nil groups
// stay.
func (c *Client) putPublicMember(ctx context.Context, organizationID string, m wireMember, groups []string) error {
	body := publicMember{
		Type: m.Type, ExternalID: textOrNull(m.ExternalID), Collections: append([]wireAccess{}, m.Collections...),
		Groups: groups,
	}
	if m.Type == roleNumbers[RoleCustom] {
		body.Permissions = m.Permissions
	}
	return c.doPublic(ctx, organizationID, &call{
		method: http.MethodPut, route: "/public/members/{member}", args: []string{m.ID}, body: body,
	})
}
