// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

func TestClientOrganization_lifecycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.ClientOptions{Name: "Old client"})
	ctx := t.Context()
	client := must(w.CreateClientOrganization(ctx, bitwarden.NewClientOrganization{
		Name: "Ärzte & Söhne", Plan: bitwarden.PlanTeamsMonthly, Seats: 4, OwnerEmail: "boss@client.example",
		DefaultCollectionName: "Shared",
	}))(t)
	if client.Name != "Ärzte & Söhne" || client.Plan != bitwarden.PlanTeamsMonthly || client.Seats != 4 ||
		client.OccupiedSeats != 1 || client.ProviderID != w.msp.ProviderID || client.Abilities["use_custom_permissions"] ||
		!client.Abilities["use_groups"] {
		t.Errorf("created %+v", client)
	}
	collections := must(w.Collections(ctx, client.ID, bitwarden.Access{Members: true}))(t)
	if len(collections) != 1 || collections[0].Name != "Shared" || len(collections[0].Members) != 1 {
		t.Errorf("collections of the new client: %+v", collections)
	}
	updated := must(w.UpdateClientOrganization(ctx, client.ID,
		bitwarden.ClientOrganizationUpdate{Name: new("Renamed")}))(t)
	if updated.Name != "Renamed" || updated.Seats != 4 {
		t.Errorf("updated %+v", updated)
	}
	read := must(w.newRun(t).ClientOrganization(ctx, client.ID))(t)
	if read.Name != "Renamed" || read.Seats != 4 {
		t.Errorf("read back %+v", read)
	}
	if err := w.DeleteClientOrganization(ctx, client.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClientOrganization(ctx, client.ID); !bitwarden.IsNotFound(err) {
		t.Errorf("after the deletion: %v", err)
	}
	if err := w.newRun(t).DeleteClientOrganization(ctx, client.ID); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
}
