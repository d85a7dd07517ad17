// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package clientorg

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/fw"
)

// Notes that resources of one run leave each other about a client: see fw.Run.
func readKey(id string) string    { return "client read/" + id }
func plannedKey(id string) string { return "client planned/" + id }
func anewKey(id string) string    { return "client made anew/" + id }
func nameKey(name string) string  { return "client named/" + bitwarden.FoldName(name) }
func goneKey(name string) string  { return "client destroyed/" + bitwarden.FoldName(name) }

// replacedKey is where the private state of a plan has the id of the client, quoted: when Terraform replaces the
// resource, the plan of the creation gets it.
const replacedKey = "id"

// refuseTwin refuses a second client of one name, which the server would make and bill: mostly, the first is what an
// apply made that never got its answer. A client that this resource replaces is no obstacle.
func (r *clientOrganizationResource) refuseTwin(
	ctx context.Context, plan *clientOrganizationModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics,
) {
	if plan.Name.IsUnknown() {
		return
	}
	name := plan.Name.ValueString()
	if !r.Run.Note(nameKey(name)) {
		diags.AddAttributeError(path.Root("name"), "Two new clients of one name", fmt.Sprintf(
			"Another %s makes a client called %q in the same run. Remove one of the two, or give it another name; it can be "+
				"renamed after its creation.", clientType, name))
		return
	}
	if r.Run.Noted(goneKey(name)) {
		return // The apply of a replacement, of which the plan has judged.
	}
	ids, err := r.Client.ClientsNamed(ctx, name)
	if err != nil {
		fw.AddError(diags, "Could not check the name of the client", err)
		return
	}
	marker, _ := req.Private.GetKey(ctx, replacedKey)
	for _, id := range ids {
		replaced := string(marker) == strconv.Quote(id)
		// Who was read and is not planned is tainted. Should another resource have this client, its plan finds the note.
		if replaced || r.Run.Noted(readKey(id)) && r.Run.Note(anewKey(id)) && !r.Run.Noted(plannedKey(id)) {
			return
		}
	}
	if len(ids) > 0 {
		diags.AddAttributeError(path.Root("name"), "Provider has a client of this name already", fmt.Sprintf(
			"The client %s is called %q: an apply may have made it and not got the answer. If it is the one, import it by "+
				"\"terraform import <address> %[3]s\". If a second client is really wanted, give it another name; it can be renamed "+
				"after its creation. If another resource that was renamed manages it, add a moved block. If this resource "+
				"replaces it, plan with a refresh and apply without create_before_destroy.",
			strings.Join(ids, ", "), name, ids[0]))
	}
}

// notePlanned says that a resource manages this client, and finds another one that is about to make it again.
func (r *clientOrganizationResource) notePlanned(state *clientOrganizationModel, diags *diag.Diagnostics) {
	id := state.ID.ValueString()
	r.Run.Note(plannedKey(id))
	if r.Run.Noted(anewKey(id)) {
		diags.AddAttributeError(path.Root("name"), "Another new client has this name", fmt.Sprintf(
			"Another %s makes a client called %q in the same run, which this resource has as %s. Remove one of the two, give "+
				"the new one another name, or add a moved block when the resource was renamed.",
			clientType, state.Name.ValueString(), id))
	}
}
