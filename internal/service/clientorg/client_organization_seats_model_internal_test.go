// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestClientSeatsModel(t *testing.T) {
	t.Parallel()
	client := acme()
	want := clientSeatsModel{
		OrganizationID: types.StringValue("org"), Seats: types.Int64Value(5), OccupiedSeats: types.Int64Value(3),
		AllowSeatPurchase: types.BoolValue(false),
	}
	var imported clientSeatsModel
	if imported.fromAPI(&client); imported != want {
		t.Errorf("imported %+v, want %+v", imported, want)
	}
	planned := clientSeatsModel{AllowSeatPurchase: types.BoolValue(true)}
	if planned.fromAPI(&client); !planned.AllowSeatPurchase.ValueBool() {
		t.Errorf("got %+v", planned)
	}
	if sent := planned.toAPI(); sent.Name != nil || *sent.Seats != 5 {
		t.Errorf("sends %+v, want the seats alone", sent)
	}
}
