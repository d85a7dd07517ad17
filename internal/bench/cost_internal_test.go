// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// object is a resource that a test manages without a CLI.
type object struct {
	typeName string
	config   map[string]any
	state    *acctest.Object
}

// atOnce does something with all objects, ten at a time as a CLI does.
func atOnce(objects []*object, do func(o *object)) {
	var group errgroup.Group
	group.SetLimit(fullSize.parallelism)
	for _, o := range objects {
		group.Go(func() error {
			do(o)
			return nil
		})
	}
	_ = group.Wait() // Nothing returns an error.
}

// apply makes the objects, and returns what that took.
func apply(t *testing.T, env *acctest.Env, objects []*object) emulator.Requests {
	t.Helper()
	p := env.Protocol(t)
	env.ResetRequests()
	atOnce(objects, func(o *object) {
		var problems acctest.Problems
		o.state, problems = p.Apply(o.typeName, nil, o.config)
		problems.WantNone(t)
	})
	return env.Requests()
}

// plan refreshes and plans the objects, none of which has to change, and returns what that took.
func plan(t *testing.T, env *acctest.Env, objects []*object) emulator.Requests {
	t.Helper()
	p := env.Protocol(t)
	env.ResetRequests()
	atOnce(objects, func(o *object) {
		read, problems := p.Read(o.typeName, o.state)
		problems.WantNone(t)
		planned, problems := p.Plan(o.typeName, read, o.config)
		problems.WantNone(t)
		if !planned.Value.Equal(read.Value) {
			t.Errorf("%s changes in a plan that should be empty", o.typeName)
		}
	})
	return env.Requests()
}

func groupOf(organization string, number int) *object {
	return &object{typeName: groupType, config: map[string]any{
		"organization_id": organization, "name": fmt.Sprint("Group ", number),
	}}
}

func collectionOf(t *testing.T, organization string, number int, group *object) *object {
	t.Helper()
	return &object{typeName: collectionType, config: map[string]any{
		"organization_id": organization, "name": fmt.Sprint("Collection ", number),
		"groups": map[string]any{fmt.Sprint(group.state.Attributes(t)["id"]): "manage"},
	}}
}

// TestCollections_cost applies and plans clients of two sizes: a plan of either is the same few requests, of bytes that
// let 500 collections stay below half a megabyte, and an apply is one request for each collection and a few.
func TestCollections_cost(t *testing.T) {
	t.Parallel()
	const small, large, most = 20, 60, 6
	applied, planned := map[int]emulator.Requests{}, map[int]emulator.Requests{}
	for _, n := range []int{small, large} {
		env := acctest.New(t)
		client := env.MSP.NewClient(t, emulator.ClientOptions{})
		group := groupOf(client.ID, 0)
		apply(t, env, []*object{group})
		var collections []*object
		for i := range n {
			collections = append(collections, collectionOf(t, client.ID, i, group))
		}
		applied[n], planned[n] = apply(t, env, collections), plan(t, env, collections)
		if got := applied[n]; got.Total > n+10 {
			t.Errorf("%d requests to apply %d collections: %v", got.Total, n, got.ByRoute)
		}
	}
	if got := planned[small].Total; got != planned[large].Total || got > most {
		t.Errorf("%d requests to plan %d collections, but %d for %d: %v",
			got, small, planned[large].Total, large, planned[large].ByRoute)
	}
	bytes := func(r emulator.Requests) int { return r.BytesIn + r.BytesOut }
	each := (bytes(planned[large]) - bytes(planned[small])) / (large - small)
	if got := bytes(planned[small]) + (500-small)*each; got > 500_000 {
		t.Errorf("500 collections would take %d bytes to plan, %d each", got, each)
	}
}

// TestClients_cost plans fleets of two sizes: each client costs at most four requests, and those of different clients are
// on their way at the same time.
func TestClients_cost(t *testing.T) {
	t.Parallel()
	totals := map[int]int{}
	for _, n := range []int{2, 10} {
		env := acctest.New(t)
		var first, all []*object
		for range n {
			first = append(first, groupOf(env.MSP.NewClient(t, emulator.ClientOptions{}).ID, 0))
		}
		apply(t, env, first)
		for number := range 3 { // A CLI walks through the clients side by side, too.
			for _, group := range first {
				organization := fmt.Sprint(group.config["organization_id"])
				all = append(all, groupOf(organization, number+1), collectionOf(t, organization, number, group),
					&object{typeName: memberType, config: map[string]any{
						"organization_id": organization, "email": fmt.Sprintf("person%d@client.example", number),
					}})
			}
		}
		apply(t, env, all)
		for _, kind := range []string{"groups", "collections", "users"} {
			for _, route := range env.Routes() {
				if route == "GET /api/organizations/{orgId}/"+kind {
					if err := env.Fail(route, emulator.Fault{Delay: 100 * time.Millisecond}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		got := plan(t, env, all)
		totals[n] = got.Total
		if got.Total > 4*n+5 {
			t.Errorf("%d requests to plan %d clients: %v", got.Total, n, got.ByRoute)
		}
		if n >= fullSize.parallelism && got.MaxInFlight < 8 {
			t.Errorf("at most %d requests were on their way at the same time", got.MaxInFlight)
		}
	}
	if each := (totals[10] - totals[2]) / 8; each > 4 {
		t.Errorf("each client costs %d requests: %v", each, totals)
	}
}
