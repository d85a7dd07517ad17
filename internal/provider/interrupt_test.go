// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// TestInterrupt presses Ctrl-C while the server makes a client: the client is in the state, and is not paid for twice.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	const create = "POST /api/providers/{providerId}/clients"
	env := acctest.New(t)
	cli := newCanary(t, env)
	if err := env.Fail(create, emulator.Fault{Delay: 5 * time.Second, Times: 1}); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	apply := cli.Command("apply", "-auto-approve", "-no-color")
	apply.Stdout, apply.Stderr = &output, &output
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- apply.Wait() }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for env.Requests().Count(create) == 0 {
		select {
		case <-tick.C:
		case err := <-ended:
			t.Fatalf("the apply ended early: %v\n%s", err, output.Bytes())
		}
	}
	if err := apply.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !strings.Contains(output.String(), "Interrupt") {
		t.Fatalf("the apply was not interrupted: %v\n%s", err, output.Bytes())
	}

	var clients struct {
		Data []struct {
			ID string `json:"organizationId"`
		} `json:"data"`
	}
	if err := env.MSP.Admin.Get(t.Context(), "/providers/"+env.MSP.ProviderID+"/organizations", &clients); err != nil {
		t.Fatal(err)
	}
	state := cli.Read("terraform.tfstate")
	if len(clients.Data) != 1 || !bytes.Contains(state, []byte(clients.Data[0].ID)) ||
		bytes.Contains(state, []byte("tainted")) {
		t.Errorf("clients %+v; the state is\n%s\nafter\n%s", clients.Data, state, output.Bytes())
	}
	cli.Run("apply", "-auto-approve")
	cli.Run("plan", "-detailed-exitcode") // empty, or it fails
	if n := env.Requests().Count(create); n != 1 {
		t.Errorf("%d clients were made, want one", n)
	}
}
