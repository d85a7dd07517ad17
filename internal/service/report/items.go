// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

// vault is what the reports on items work on.
type vault struct {
	items      []health.Item // Decrypted, without the trash, in the order of their ids.
	byID       map[string]*bitwarden.Item
	unreadable []string
	read       *bitwarden.Items // As the run has them.
}

// readVault decrypts the items of an organization; all reports of one run share the request for them.
func readVault(ctx context.Context, client *bitwarden.Client, organizationID string) (*vault, error) {
	read, err := client.Items(ctx, organizationID)
	if err != nil {
		return nil, err
	}
	v := &vault{
		items: make([]health.Item, 0, len(read.Items)), byID: make(map[string]*bitwarden.Item, len(read.Items)),
		unreadable: read.Unreadable, read: read,
	}
	for i := range read.Items {
		item := &read.Items[i]
		v.byID[item.ID] = item
		v.items = append(v.items, health.Item{
			ID: item.ID, IsLogin: item.IsLogin, Username: item.Username, Password: item.Password, HasTOTP: item.HasTOTP,
			URIs: item.URIs,
		})
	}
	return v, nil
}

// logins is how many items are logins.
func (v *vault) logins() int {
	n := 0
	for i := range v.items {
		if v.items[i].IsLogin {
			n++
		}
	}
	return n
}

// weak finds the weak passwords. All reports of one run share the rating, which takes the most time.
func (v *vault) weak(ctx context.Context) ([]health.WeakPassword, error) {
	scores, err := v.read.Scores(ctx, func(ctx context.Context) ([]int, error) {
		// Of this year, as in the web vault.
		return health.Scores(ctx, v.items, zxcvbn.New(time.Now().Year()))
	})
	return health.Weak(v.items, scores), err
}
