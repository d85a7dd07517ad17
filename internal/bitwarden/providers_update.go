// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
)

// MaxProviderName is the length of the provider's name and of its business name that the server takes, in UTF-16 code
// units after it has encoded them for HTML.
const MaxProviderName = 50

// ProviderUpdate changes the provider's own record; nil keeps what the server has.
type ProviderUpdate struct {
	Name         *string
	BusinessName *string // Empty: none.
	BillingEmail *string
}

// UpdateProvider changes the provider's record (PUT /providers/{id}). The server writes all of it, so that what is not to
// change is read just before.
func (c *Client) UpdateProvider(ctx context.Context, u ProviderUpdate) (*Provider, error) {
	chosen, err := c.chosenProvider(ctx)
	if err != nil {
		return nil, err
	}
	ctx, leave, err := c.lanes.enter(ctx, providerLane(chosen.ID))
	if err != nil {
		return nil, err
	}
	defer leave()
	current, err := c.Provider(ctx)
	if err != nil {
		return nil, err
	}
	changed := *current
	for _, change := range []struct{ value, with *string }{
		{&changed.Name, u.Name}, {&changed.BusinessName, u.BusinessName}, {&changed.BillingEmail, u.BillingEmail},
	} {
		if change.with != nil {
			*change.value = *change.with
		}
	}
	if strings.EqualFold(changed.BillingEmail, current.BillingEmail) {
		changed.BillingEmail = current.BillingEmail
	}
	if changed == *current {
		return current, nil
	}
	if err := changed.check(); err != nil {
		return nil, err
	}
	if err := c.RequireProviderAdmin(ctx); err != nil {
		return nil, err
	}
	body := map[string]any{"name": changed.Name, "billingEmail": changed.BillingEmail, "businessName": nil}
	if changed.BusinessName != "" {
		body["businessName"] = changed.BusinessName
	}
	var row wireProvider
	if err := c.do(ctx, &call{
		method: http.MethodPut, route: "/providers/{id}", args: []string{chosen.ID}, body: body, into: &row,
	}); err != nil {
		return nil, err
	}
	return row.toDomain(), nil
}

func (p *Provider) check() error {
	if strings.TrimSpace(p.Name) == "" {
		return &InputError{"name", "It is empty", "Set a name."}
	}
	for _, text := range []struct{ field, value string }{{"name", p.Name}, {"business_name", p.BusinessName}} {
		if n := encodedLength(text.value); n > MaxProviderName {
			return &InputError{
				text.field, fmt.Sprintf("It has %d characters as the server stores it, more than the %d that it takes: "+
					"characters such as & and ü count as their HTML entities", n, MaxProviderName), "Use a shorter text.",
			}
		}
	}
	return checkEmail("billing_email", p.BillingEmail)
}

// encodedLength is the length of a text after the server has encoded it for HTML as .NET does.
func encodedLength(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case r == '<' || r == '>':
			n += len("&lt;")
		case r == '&' || r == '\'':
			n += len("&amp;")
		case r == '"':
			n += len("&quot;")
		case r >= 0xA0 && r <= 0xFF || r > 0xFFFF:
			n += len(fmt.Sprintf("&#%d;", r))
		default:
			n += utf16.RuneLen(r)
		}
	}
	return n
}
