// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package health

import (
	"context"
	"strings"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/health/zxcvbn"
)

// weakestGood is the lowest score that is not weak.
const weakestGood = 3

// NotRated is the score of an item without a password.
const NotRated = -1

// Scores rates the password of each item, see zxcvbn.Result, or is NotRated. It ends early, with the error of the
// context, when that ends.
func Scores(ctx context.Context, items []Item, estimator *zxcvbn.Estimator) ([]int, error) {
	scores := make([]int, len(items))
	for i := range items {
		scores[i] = NotRated
		if !items[i].hasPassword() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		scores[i] = PasswordStrength(estimator, items[i].Password, items[i].Username).Score
	}
	return scores, nil
}

// WeakPassword is an item whose password is guessable.
type WeakPassword struct {
	ItemID string
	Score  int // 0 (too guessable) to 2 (somewhat guessable), see zxcvbn.Result.
}

// Weak finds the items whose passwords have a score of 2 or less, in the order of the items.
func Weak(items []Item, scores []int) []WeakPassword {
	var weak []WeakPassword
	for i, score := range scores {
		if score != NotRated && score < weakestGood {
			weak = append(weak, WeakPassword{items[i].ID, score})
		}
	}
	return weak
}

// ReusedPassword is an item whose password other items have, too.
type ReusedPassword struct {
	ItemID string
	Group  int // Items with the same password have the same number; the first group is 1.
	Times  int // How many items have the password, at least 2.
}

// Reused finds the items with a password that is used more than once, in the order of the items. Groups are numbered by
// their first items.
func Reused(items []Item) []ReusedPassword {
	type use struct{ times, group int }
	uses, keyed := map[digest]*use{}, newDigester()
	of := make([]*use, len(items))
	for i := range items {
		if !items[i].hasPassword() {
			continue
		}
		password := keyed.digest(items[i].Password)
		if uses[password] == nil {
			uses[password] = &use{}
		}
		of[i] = uses[password]
		of[i].times++
	}
	var reused []ReusedPassword
	groups := 0
	for i, u := range of {
		if u == nil || u.times < 2 {
			continue
		}
		if u.group == 0 {
			groups++
			u.group = groups
		}
		reused = append(reused, ReusedPassword{items[i].ID, u.group, u.times})
	}
	return reused
}

// Unsecured returns the ids of logins with an address that begins with http://, in the order of the items.
func Unsecured(items []Item) []string {
	var ids []string
	for i := range items {
		if items[i].IsLogin && anyHasPrefix(items[i].URIs, "http://") {
			ids = append(ids, items[i].ID)
		}
	}
	return ids
}

func anyHasPrefix(texts []string, prefix string) bool {
	for _, text := range texts {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
