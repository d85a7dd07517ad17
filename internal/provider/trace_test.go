// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

resource "bitwarden_send" "text" {
  name         = "canary-send"
  notes        = "canary-notes"
  text_wo      = "canary-text"
  password_wo  = "canary-password"
  delete_after = "1h"
}

resource "bitwarden_send" "file" {
  name         = "canary-send"
  file         = "canary-file.txt"
  delete_after = "1h"
}

ephemeral "bitwarden_send_link" "text" {
  send_id = bitwarden_send.text.id
}
`

// TestTrace runs the built provider under a CLI that logs everything, and looks for what must not be in the log: logins,
// passwords and their hashes, tokens, keys, ciphertext and decrypted names.
func TestTrace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	run := newTracedRun(t, env)
	run.cli(t, "apply", "-auto-approve", "-input=false")
	state := run.state(t)
	for _, secret := range []string{"canary-text", "canary-password", "canary-content"} {
		if bytes.Contains(state, []byte(secret)) {
			t.Errorf("the state has %s", secret)
		}
	}
	link := regexp.MustCompile(`/#/send/[\w-]+/[\w-]{22}`).Find(state)
	if link == nil {
		t.Fatal("no link in the state")
	}
	run.cli(t, "plan", "-input=false", "-detailed-exitcode") // empty, or it fails
	run.cli(t, "destroy", "-auto-approve", "-input=false")

	acctest.NoSecrets(t, run.log, env.MSP.Admin, env.ClientSecret,
		[]string{
			"canary-default-collection", "canary-collection", "canary-send", "canary-notes", "canary-text", "canary-password",
			"canary-content", string(link), "sig=",
		},
		[]string{"bitwarden_collection", "/organizations/{"})
}

// tracedRun is a working directory with a configuration, the built provider and a CLI.
type tracedRun struct {
	folder, log, path string
	environment       []string
}

func newTracedRun(t *testing.T, env *acctest.Env) *tracedRun {
	t.Helper()
	env.MSP.Admin.NewOrganization(t, "Premium", 5) // Sends of files take it.
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
	write("canary-file.txt", "canary-content")
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

func (r *tracedRun) state(t *testing.T) []byte {
	t.Helper()
	state, err := os.ReadFile(filepath.Join(r.folder, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	return state
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
