// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// settings say where the demo runs and what it shows.
type settings struct {
	Root    string // The repository.
	CLI     string // Terraform or OpenTofu.
	Env     []string
	Out     io.Writer
	Verbose bool
}

// demo is one run: an emulator with a provider in it, and a CLI in a folder of its own.
type demo struct {
	settings

	folder string
	server *emulator.Running
	msp    *emulator.MSP
	cli    *cli
	costs  []cost
}

// cost is what one step took.
type cost struct {
	step     string
	requests int
	bytes    int
	inFlight int
	took     time.Duration
}

// newDemo starts the emulator, opens the provider and builds what the CLI needs.
func newDemo(ctx context.Context, s settings) (d *demo, err error) {
	if s.CLI == "" {
		return nil, errors.New("the variable TF names no CLI: run make demo")
	}
	d = &demo{settings: s}
	defer func() {
		if err != nil {
			d.close(ctx)
		}
	}()
	if d.folder, err = os.MkdirTemp("", "bitwarden-demo-"); err != nil {
		return nil, err
	}
	//nolint:contextcheck // The server lives until close.
	if d.server, err = emulator.Start(emulator.Options{}); err != nil {
		return nil, err
	}
	if d.msp, err = d.server.OpenProvider(ctx, "Example MSP", "terraform@msp.example"); err != nil {
		return nil, err
	}
	clientID, clientSecret, err := d.msp.Admin.APIKey(ctx)
	if err != nil {
		return nil, err
	}
	ca := filepath.Join(d.folder, "ca.pem")
	if err = os.WriteFile(ca, d.server.CAPEM(), 0o600); err != nil {
		return nil, err
	}
	if err = os.CopyFS(filepath.Join(d.folder, "msp-onboarding"),
		os.DirFS(filepath.Join(s.Root, "examples", "msp-onboarding"))); err != nil {
		return nil, err
	}
	s.Env = append(slices.Clone(s.Env), "BW_URL="+d.server.URL(), "NODE_EXTRA_CA_CERTS="+ca,
		"BW_CLIENTID="+clientID, "BW_CLIENTSECRET="+clientSecret, "BW_PASSWORD="+emulator.Password)
	d.cli, err = newCLI(ctx, s, d.folder)
	return d, err
}

// close stops the emulator and removes the folder, also when ctx has ended.
func (d *demo) close(ctx context.Context) {
	if d.server != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := d.server.Close(ctx); err != nil {
			fmt.Fprintln(d.Out, "The emulator did not stop in time:", err)
		}
	}
	if err := os.RemoveAll(d.folder); err != nil {
		fmt.Fprintln(d.Out, "The folder of the demo stays behind:", err)
	}
}

// play runs the steps in order, and prints the summary.
func (d *demo) play(ctx context.Context) error {
	steps := []struct {
		title string
		do    func(context.Context) error
	}{
		{"Apply: two clients with settings, groups, collections and members", d.onboard},
		{"The invited people accept", d.acceptAll},
		{"Plan and apply: their confirmation, and nothing else", d.confirm},
		{"Plan: empty", d.planEmpty},
		{"Somebody imports logins, some of them with bad passwords", d.importLogins},
		{"Somebody changes things behind Terraform's back", d.meddle},
		{"Plan: shows this drift; apply: repairs it", d.repair},
		{"Plan: empty again", d.planEmpty},
		{"What exists", d.inventory},
		{"How healthy it is", d.health},
		{"One person leaves", d.offboard},
		{"One client is handed back to its owner, with all that is in it", d.handOver},
		{"Destroy: nothing is left", d.destroy},
	}
	for i, step := range steps {
		fmt.Fprintf(d.Out, "%d. %s\n", i+1, step.title)
		d.server.ResetRequests()
		start := time.Now()
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("step %d, %q: %w", i+1, step.title, err)
		}
		d.record(step.title, time.Since(start))
	}
	return d.summary()
}

// onboard applies the example as it is.
func (d *demo) onboard(ctx context.Context) error {
	if _, _, err := d.cli.run(ctx, "get"); err != nil {
		return err
	}
	if _, _, err := d.cli.run(ctx, "apply", "-auto-approve", "-no-color"); err != nil {
		return err
	}
	changes, err := d.cli.plan(ctx)
	if err == nil && len(changes) > 0 {
		err = fmt.Errorf("a plan right after the apply is not empty: %s", describe(changes))
	}
	return err
}

// acceptAll lets everybody who was invited make an account and accept.
func (d *demo) acceptAll(ctx context.Context) error {
	members, err := d.all(ctx, "bitwarden_member")
	if err != nil {
		return err
	}
	for _, m := range members {
		person, err := d.server.Register(ctx, m.text("email"))
		if err != nil {
			return err
		}
		if _, err := person.Accept(ctx, m.text("organization_id")); err != nil {
			return err
		}
		fmt.Fprintf(d.Out, "   %s accepts\n", person.Email)
	}
	return nil
}

// confirm checks that the plan moves every member from accepted to confirmed and does nothing else, and applies it.
func (d *demo) confirm(ctx context.Context) error {
	members, err := d.all(ctx, "bitwarden_member")
	if err != nil {
		return err
	}
	changes, err := d.cli.plan(ctx)
	if err != nil {
		return err
	}
	for _, c := range changes {
		status := c.Attributes["status"]
		if c.Type != "bitwarden_member" || len(c.Attributes) != 1 || status != [2]any{"accepted", "confirmed"} {
			return fmt.Errorf("the plan holds more than confirmations: %s", describe([]change{c}))
		}
		fmt.Fprintf(d.Out, "   %s: status accepted → confirmed\n", c.Address)
	}
	if len(changes) != len(members) {
		return fmt.Errorf("%d members accepted, but the plan confirms %d", len(members), len(changes))
	}
	_, _, err = d.cli.run(ctx, "apply", "-no-color", "plan.tfplan")
	return err
}

// planEmpty checks that nothing is planned, and what that costs: at most 4 requests per client and 5.
func (d *demo) planEmpty(ctx context.Context) error {
	d.server.ResetRequests()
	changes, err := d.cli.plan(ctx)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		return fmt.Errorf("the plan is not empty: %s", describe(changes))
	}
	clients, err := d.all(ctx, "bitwarden_client_organization")
	if err != nil {
		return err
	}
	requests, budget := d.server.Requests().Total, 4*len(clients)+5
	fmt.Fprintf(d.Out, "   %d requests for %d clients (budget: %d)\n", requests, len(clients), budget)
	if requests > budget {
		return fmt.Errorf("an empty plan took %d requests, more than %d", requests, budget)
	}
	return nil
}

// importLogins brings four logins into a client: one is fine, one has a weak password and an address without encryption,
// and two share a password.
func (d *demo) importLogins(ctx context.Context) error {
	client, err := d.one(ctx, `module.client["foundry"].bitwarden_client_organization.this`)
	if err != nil {
		return err
	}
	key, err := d.organizationKey(ctx, client.text("id"))
	if err != nil {
		return err
	}
	var items []any
	for _, login := range [][3]string{ // name, password, address
		{"Bank", "vG7#qp0!Rz-wTf92Lm", "https://bank.example"},
		{"Furnace", "furnace1", "http://furnace.example"},
		{"Shop", "Kq3$8Vz!pW2m", "https://shop.example"},
		{"Shop (old)", "Kq3$8Vz!pW2m", "https://old-shop.example"},
	} {
		item, err := vault.NewItem(map[string]any{"type": 1, "name": login[0], "login": map[string]any{
			"username": "emma", "password": login[1], "uris": []any{map[string]any{"uri": login[2]}},
		}}).Seal(key)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	return d.msp.Admin.Post(ctx, "/ciphers/import-organization?organizationId="+client.text("id"), map[string]any{
		"collections": []any{}, "ciphers": items, "collectionRelationships": []any{},
	}, nil)
}

// organizationKey unwraps a client's key as the provider's people do.
func (d *demo) organizationKey(ctx context.Context, organizationID string) (crypto.SymmetricKey, error) {
	var list struct {
		Data []struct{ OrganizationID, Key string }
	}
	if err := d.msp.Admin.Get(ctx, "/providers/"+d.msp.ProviderID+"/organizations", &list); err != nil {
		return crypto.SymmetricKey{}, err
	}
	for _, row := range list.Data {
		if row.OrganizationID == organizationID {
			return d.msp.Key.UnwrapKey(row.Key)
		}
	}
	return crypto.SymmetricKey{}, fmt.Errorf("organization %s is no client", organizationID)
}

// health prints what the state says about the clients' passwords, and checks that the bad ones were found.
func (d *demo) health(ctx context.Context) error {
	reports, err := d.all(ctx, "bitwarden_vault_health")
	if err != nil {
		return err
	}
	figures := []string{"login_count", "weak_password_count", "reused_password_count", "unsecured_website_count"}
	found := map[string]int{}
	for _, report := range reports {
		fmt.Fprintf(d.Out, "   %s:", report.Address)
		for _, figure := range figures {
			n, _ := report.Values[figure].(float64)
			found[figure] += int(n)
			fmt.Fprintf(d.Out, " %s %d", figure, int(n))
		}
		fmt.Fprintln(d.Out)
	}
	want := map[string]int{
		"login_count": 4, "weak_password_count": 1, "reused_password_count": 2, "unsecured_website_count": 1,
	}
	if !maps.Equal(found, want) {
		return fmt.Errorf("the reports say %v, not %v", found, want)
	}
	return nil
}

// meddle does in the web vault's way what an admin in a hurry does: renames a client, drops a group from a collection,
// promotes a member and deletes a collection.
func (d *demo) meddle(ctx context.Context) error {
	client, err := d.one(ctx, `module.client["bakery"].bitwarden_client_organization.this`)
	if err != nil {
		return err
	}
	group, err := d.one(ctx, `module.client["foundry"].bitwarden_group.this["IT"]`)
	if err != nil {
		return err
	}
	member, err := d.one(ctx, `module.client["foundry"].bitwarden_member.this["erik@foundry.example"]`)
	if err != nil {
		return err
	}
	collection, err := d.one(ctx, `module.client["bakery"].bitwarden_collection.this["Accounts/Banking"]`)
	if err != nil {
		return err
	}
	admin := d.msp.Admin
	return errors.Join(
		admin.Put(ctx, "/providers/"+d.msp.ProviderID+"/clients/"+client.text("provider_organization_id"),
			map[string]any{"name": "Bakery (old)", "assignedSeats": 6}, nil),
		admin.Put(ctx, "/organizations/"+group.text("organization_id")+"/groups/"+group.text("id"),
			map[string]any{"name": "IT department", "collections": []any{}, "users": nil}, nil),
		admin.Put(ctx, "/organizations/"+member.text("organization_id")+"/users/"+member.text("id"),
			map[string]any{"type": 1, "permissions": nil, "collections": []any{}, "groups": nil}, nil),
		admin.Delete(ctx, "/organizations/"+collection.text("organization_id")+"/collections/"+collection.text("id"), nil),
	)
}

// repair checks that the plan shows what meddle did, each on its object, and nothing else; then applies it.
func (d *demo) repair(ctx context.Context) error {
	want := map[string][]string{
		`module.client["bakery"].bitwarden_client_organization.this`:                {"name", "seats"},
		`module.client["foundry"].bitwarden_group.this["IT"]`:                       {"name"},
		`module.client["foundry"].bitwarden_member.this["erik@foundry.example"]`:    {"role"},
		`module.client["bakery"].bitwarden_collection.this["Accounts/Banking"]`:     nil, // made again
		`module.client["foundry"].bitwarden_collection.this["Engineering"]`:         {"groups"},
		`module.client["foundry"].bitwarden_collection.this["Engineering/Furnace"]`: {"groups"},
		`module.client["foundry"].bitwarden_collection.this["Infrastructure"]`:      {"groups"},
	}
	changes, err := d.cli.plan(ctx)
	if err != nil {
		return err
	}
	for _, c := range changes {
		attributes, ok := want[c.Address]
		if got := slices.Sorted(maps.Keys(c.Attributes)); !ok || attributes != nil && !slices.Equal(got, attributes) {
			return fmt.Errorf("the plan shows something else than the drift: %s", describe([]change{c}))
		}
		delete(want, c.Address)
		fmt.Fprintf(d.Out, "   %s: %s\n", c.Address, strings.Join(c.Actions, ", "))
	}
	if len(want) > 0 {
		return fmt.Errorf("the plan misses drift of %s", strings.Join(slices.Sorted(maps.Keys(want)), ", "))
	}
	_, _, err = d.cli.run(ctx, "apply", "-no-color", "plan.tfplan")
	return err
}

// inventory prints what the state holds, and checks that everybody is confirmed.
func (d *demo) inventory(ctx context.Context) error {
	objects, err := d.cli.objects(ctx)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, o := range objects {
		counts[o.Type]++
		if o.Type == "bitwarden_member" && o.text("status") != "confirmed" {
			return fmt.Errorf("%s is %s", o.Address, o.text("status"))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(d.Out, "   %2d %s\n", counts[kind], kind)
	}
	return nil
}

// offboard takes a person out of the variables, and checks that the plan removes that member and nothing else.
func (d *demo) offboard(ctx context.Context) error {
	if err := errors.Join(
		d.edit(`["sam@bakery.example", "sue@bakery.example"]`, `["sue@bakery.example"]`),
		d.edit(`"sam@bakery.example" = {}`, ""),
	); err != nil {
		return err
	}
	changes, err := d.cli.plan(ctx)
	if err != nil {
		return err
	}
	leaver := `module.client["bakery"].bitwarden_member.this["sam@bakery.example"]`
	if len(changes) != 1 || changes[0].Address != leaver || !slices.Equal(changes[0].Actions, []string{"delete"}) {
		return fmt.Errorf("the plan holds something else than the removal of one member: %s", describe(changes))
	}
	fmt.Fprintf(d.Out, "   %s: delete\n", leaver)
	_, _, err = d.cli.run(ctx, "apply", "-no-color", "plan.tfplan")
	return err
}

// handOver unlinks a client as the guide says: what is in it is forgotten first, so that it stays. Then the owner has
// the organization with its groups and collections, and the provider has it no more.
func (d *demo) handOver(ctx context.Context) error {
	const module = `module.client["bakery"]`
	client, err := d.one(ctx, module+".bitwarden_client_organization.this")
	if err != nil {
		return err
	}
	owner, err := d.server.Person(ctx, client.text("owner_email"))
	if err != nil {
		return err
	}
	const seats = "    seats       = 5"
	if err := d.edit(seats, seats+"\n    deletion_protection = false\n    on_destroy = \"unlink\""); err != nil {
		return err
	}
	for _, command := range [][]string{
		{"apply", "-auto-approve", "-no-color"},
		{
			"state", "rm", module + ".bitwarden_member.this", module + ".bitwarden_member.owner",
			module + ".bitwarden_group.this", module + ".bitwarden_collection.this",
		},
		{"destroy", "-auto-approve", "-no-color", "-target=" + module + ".bitwarden_client_organization.this"},
	} {
		if _, _, err := d.cli.run(ctx, command...); err != nil {
			return err
		}
	}
	organization := client.text("id")
	for kind, want := range map[string]int{"groups": 2, "collections": 4} { // one collection came with the organization
		var list struct{ Data []any }
		if err := owner.Get(ctx, "/organizations/"+organization+"/"+kind, &list); err != nil {
			return err
		}
		if len(list.Data) != want {
			return fmt.Errorf("the owner finds %d %s in the organization, not %d", len(list.Data), kind, want)
		}
		fmt.Fprintf(d.Out, "   %s still has %d %s\n", owner.Email, want, kind)
	}
	left, err := d.clients(ctx)
	if err == nil && left != 1 {
		err = fmt.Errorf("the provider has %d clients, not 1", left)
	}
	return err
}

// clients counts the clients of the provider.
func (d *demo) clients(ctx context.Context) (int, error) {
	var list struct{ Data []any }
	err := d.msp.Admin.Get(ctx, "/providers/"+d.msp.ProviderID+"/organizations", &list)
	return len(list.Data), err
}

// destroy takes the client that was handed over out of the variables, checks that deletion protection holds for the
// other one, lifts it, and deletes the client.
func (d *demo) destroy(ctx context.Context) error {
	const others, foundry = "  bakery = {", "\n  foundry = {"
	variables, err := os.ReadFile(d.variables())
	if err != nil {
		return err
	}
	first, rest, ok := strings.Cut(string(variables), others)
	_, last, ok2 := strings.Cut(rest, foundry)
	if !ok || !ok2 {
		return errors.New("the variables of the example have another form")
	}
	if err := os.WriteFile(d.variables(), []byte(first+foundry[1:]+last), 0o600); err != nil {
		return err
	}
	if _, _, err := d.cli.run(ctx, "destroy", "-auto-approve", "-no-color"); err == nil {
		return errors.New("the client was deleted in spite of deletion_protection")
	}
	if err := d.edit("    seats       = 8", "    seats       = 8\n    deletion_protection = false"); err != nil {
		return err
	}
	for _, command := range []string{"apply", "destroy"} {
		if _, _, err := d.cli.run(ctx, command, "-auto-approve", "-no-color"); err != nil {
			return err
		}
	}
	left, err := d.clients(ctx)
	if err == nil && left > 0 {
		err = fmt.Errorf("%d clients are left", left)
	}
	return err
}

// variables is the file with the clients, a copy of the example's.
func (d *demo) variables() string { return filepath.Join(d.cli.folder, "terraform.tfvars") }

// edit replaces the only place where the variables say something.
func (d *demo) edit(before, after string) error {
	variables, err := os.ReadFile(d.variables())
	if err != nil {
		return err
	}
	if n := strings.Count(string(variables), before); n != 1 {
		return fmt.Errorf("%q stands in the variables %d times, not once", before, n)
	}
	return os.WriteFile(d.variables(), []byte(strings.Replace(string(variables), before, after, 1)), 0o600)
}

func (d *demo) all(ctx context.Context, kind string) ([]object, error) {
	objects, err := d.cli.objects(ctx)
	if err != nil {
		return nil, err
	}
	objects = slices.DeleteFunc(objects, func(o object) bool { return o.Type != kind })
	if len(objects) == 0 {
		return nil, fmt.Errorf("the state holds no %s", kind)
	}
	return objects, nil
}

func (d *demo) one(ctx context.Context, address string) (object, error) {
	objects, err := d.cli.objects(ctx)
	if err != nil {
		return object{}, err
	}
	if i := slices.IndexFunc(objects, func(o object) bool { return o.Address == address }); i >= 0 {
		return objects[i], nil
	}
	return object{}, fmt.Errorf("the state does not hold %s", address)
}

func (d *demo) record(title string, took time.Duration) {
	r := d.server.Requests()
	step, _, _ := strings.Cut(title, ":")
	d.costs = append(d.costs, cost{step, r.Total, r.BytesIn + r.BytesOut, r.MaxInFlight, took})
}

// summary prints what each step cost. A path that the emulator does not know would be a call that the server has not.
func (d *demo) summary() error {
	fmt.Fprintln(d.Out, "\nWhat it cost:")
	table := tabwriter.NewWriter(d.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "step\trequests\tkilobytes\tmost at once\tseconds\t")
	for i, c := range d.costs {
		fmt.Fprintf(table, "%d\t%d\t%.1f\t%d\t%.1f\t\n", i+1, c.requests, float64(c.bytes)/1000, c.inFlight, c.took.Seconds())
	}
	return table.Flush()
}

// describe lists changes for an error.
func describe(changes []change) string {
	var lines []string
	for _, c := range changes {
		lines = append(lines, fmt.Sprintf("%s (%s) %v", c.Address, strings.Join(c.Actions, ", "), c.Attributes))
	}
	return strings.Join(lines, "; ")
}
