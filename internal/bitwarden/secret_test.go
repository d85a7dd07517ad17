// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/bitwarden"
)

func TestSecret_neverShows(t *testing.T) {
	t.Parallel()
	const text = "canary-7f3a"
	secret := bitwarden.NewSecret(text)
	config := bitwarden.Config{
		ClientID:       "user." + stubUser,
		ClientSecret:   secret,
		MasterPassword: secret,
		ClientKey:      secret,
	}
	client, err := bitwarden.New(bitwarden.Config{
		ClientID: config.ClientID, ClientSecret: secret, MasterPassword: secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "secret", secret, "config", fmt.Sprintf("%+v", config))
	shown := []string{log.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		for _, value := range []any{secret, &secret, config, &config, []bitwarden.Secret{secret}, client} {
			shown = append(shown, fmt.Sprintf(verb, value))
		}
	}
	encoded, err := json.Marshal(
		map[string]any{"secret": secret, "pointer": &secret, "as key": map[string]any{"x": secret}},
	)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := secret.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range append(shown, string(encoded), string(plain), secret.String()) {
		if strings.Contains(output, text) || strings.Contains(output, fmt.Sprintf("%x", text)) {
			t.Errorf("the secret shows in %q", output)
		}
	}
	if !strings.Contains(string(encoded), "redacted") || secret.IsEmpty() || !(bitwarden.Secret{}).IsEmpty() {
		t.Errorf("redaction: %s, empty: %t", encoded, secret.IsEmpty())
	}
}
