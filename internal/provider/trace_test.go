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

	log, err := os.ReadFile(run.log)
	if err != nil {
		t.Fatal(err)
	}
	for _, proof := range []string{"bitwarden_collection", "/organizations/{"} {
		if !bytes.Contains(log, []byte(proof)) {
			t.Fatalf("%q is not in the log of %d bytes: nothing was traced", proof, len(log))
		}
	}
	for what, secret := range map[string]string{
		"client secret":                  env.ClientSecret,
		"master password":                emulator.Password,
		"password hash":                  env.MSP.Admin.PasswordHash(),
		"name of the default collection": "canary-default-collection",
		"name of a collection":           "canary-collection",
		"authorization header":           "Bearer ",
	} {
		if at := bytes.Index(log, []byte(secret)); at >= 0 {
			t.Errorf("the log has the %s: %s", what, line(log, at))
		}
	}
	for what, pattern := range map[string]string{
		"token":        `eyJ[\w-]{10,}\.eyJ[\w-]{10,}`,
		"ciphertext":   `\b[2-7]\.[A-Za-z0-9+/]{22,}={0,2}`,
		"private key":  `MII[A-Za-z0-9+/]{60,}`,
		"request body": `masterPasswordHash|encryptedPrivateKey|client_secret=`,
	} {
		if at := regexp.MustCompile(pattern).FindIndex(log); at != nil {
			t.Errorf("the log has a %s: %s", what, line(log, at[0]))
		}
	}
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
	build := exec.CommandContext(
		t.Context(),
		"go",
		"build",
		"-o",
		filepath.Join(folder, "terraform-provider-bitwarden"),
		".",
	)
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

// line is the line of a log around a place, cut to what a reader can bear.
func line(log []byte, at int) []byte {
	start := bytes.LastIndexByte(log[:at], '\n') + 1
	end := min(len(log), at+200)
	return log[max(start, at-200):end]
}
