// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const canary = `
terraform {
  required_providers {
    bitwarden = { source = "bitwarden-msp/bitwarden" }
  }
}

provider "bitwarden" {}

resource "bitwarden_client_organization" "this" {
  name                    = "Traced"
  plan                    = "enterprise_monthly"
  seats                   = 5
  owner_email             = "owner@traced.example"
  default_collection_name = "canary-default-collection"
  deletion_protection     = false
}

resource "bitwarden_group" "this" {
  organization_id = bitwarden_client_organization.this.id
  name            = "Traced"
}

resource "bitwarden_collection" "this" {
  organization_id = bitwarden_client_organization.this.id
  name            = "canary-collection"
  groups          = { (bitwarden_group.this.id) = "manage" }
}
`

// TestTrace runs the built provider under a CLI that logs everything, and looks for what must not be in the log: logins,
// passwords and their hashes, tokens, keys, ciphertext and decrypted names.
func TestTrace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	run := newTracedRun(t, env)
	run.cli(t, "apply", "-auto-approve", "-input=false")
	run.cli(t, "plan", "-input=false", "-detailed-exitcode") // empty, or it fails
	run.cli(t, "destroy", "-auto-approve", "-input=false")

	acctest.NoSecrets(t, run.log, env.MSP.Admin, env.ClientSecret,
		[]string{"canary-default-collection", "canary-collection"},
		[]string{"bitwarden_collection", "/organizations/{"})
}

// tracedRun is a working directory with a configuration, the built provider and a CLI.
type tracedRun struct {
	folder, log, path string
	environment       []string
}

func newTracedRun(t *testing.T, env *acctest.Env) *tracedRun {
	t.Helper()
	folder := t.TempDir()
	run := &tracedRun{folder: folder, log: filepath.Join(folder, "trace.log"), path: acctest.CLI(t).Path}
	write := func(name, content string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	binary := filepath.Join(folder, "terraform-provider-bitwarden")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	write("main.tf", canary)
	overrides := write("cli.tfrc", `provider_installation {
  dev_overrides {
    "registry.terraform.io/bitwarden-msp/bitwarden" = "`+folder+`"
    "registry.opentofu.org/bitwarden-msp/bitwarden" = "`+folder+`"
  }
  direct {}
}
`)
	run.environment = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+overrides, "CHECKPOINT_DISABLE=1", "TF_LOG=TRACE", "TF_LOG_PATH="+run.log,
		"BW_URL="+env.URL(), "NODE_EXTRA_CA_CERTS="+write("ca.pem", string(env.CAPEM())),
		"BW_CLIENTID="+env.ClientID, "BW_CLIENTSECRET="+env.ClientSecret, "BW_PASSWORD="+emulator.Password,
	)
	return run
}

// cli runs the CLI, whose output stays out of the log that is searched.
func (r *tracedRun) cli(t *testing.T, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), r.path, arguments...)
	command.Dir, command.Env = r.folder, r.environment
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, output)
	}
}
