// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
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

// newCanary is a folder with the configuration, whose provider has its settings from the environment.
func newCanary(t *testing.T, env *acctest.Env) *acctest.Workdir {
	t.Helper()
	env.MSP.Admin.NewOrganization(t, "Premium", 5) // Sends of files take it.
	cli := acctest.NewWorkdir(t)
	cli.Configure(canary)
	cli.Write("canary-file.txt", "canary-content")
	cli.Setenv(
		"BW_URL="+env.URL(), "NODE_EXTRA_CA_CERTS="+cli.Write("ca.pem", string(env.CAPEM())),
		"BW_CLIENTID="+env.ClientID, "BW_CLIENTSECRET="+env.ClientSecret, "BW_PASSWORD="+emulator.Password)
	return cli
}

func TestMain(m *testing.M) { acctest.Main(m) }

// TestTrace runs the provider under a CLI that logs everything, and looks for what must not be in the log: logins,
// passwords and their hashes, tokens, keys, ciphertext and decrypted names.
func TestTrace(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	cli := newCanary(t, env)
	log := cli.Path("trace.log")
	cli.Setenv("TF_LOG=TRACE", "TF_LOG_PATH="+log)
	cli.Run("apply", "-auto-approve")
	state := cli.Read("terraform.tfstate")
	for _, secret := range []string{"canary-text", "canary-password", "canary-content"} {
		if bytes.Contains(state, []byte(secret)) {
			t.Errorf("the state has %s", secret)
		}
	}
	link := regexp.MustCompile(`/#/send/[\w-]+/[\w-]{22}`).Find(state)
	if link == nil {
		t.Fatal("no link in the state")
	}
	cli.Run("plan", "-detailed-exitcode") // empty, or it fails
	cli.Run("destroy", "-auto-approve")

	acctest.NoSecrets(t, log, env.MSP.Admin, env.ClientSecret,
		[]string{
			"canary-default-collection", "canary-collection", "canary-send", "canary-notes", "canary-text", "canary-password",
			"canary-content", string(link), "sig=",
		},
		[]string{"bitwarden_collection", "/organizations/{"})
}
