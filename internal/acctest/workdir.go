// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// Main is for the TestMain of packages that use a Workdir, whose CLI starts the test program as the provider.
func Main(m *testing.M) {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") == "" {
		os.Exit(m.Run())
	}
	err := providerserver.Serve(context.Background(), provider.New("test"), providerserver.ServeOpts{
		Address: "registry.terraform.io/" + namespace + "/bitwarden",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Workdir is a folder with one configuration, for what Run cannot do: arguments of the CLI.
type Workdir struct {
	tb      testing.TB
	program Program
	folder  string
	env     []string
}

// NewWorkdir makes a folder in which the CLI takes the provider from the running test program; see Main.
func NewWorkdir(tb testing.TB) *Workdir {
	tb.Helper()
	w := &Workdir{tb: tb, program: CLI(tb), folder: tb.TempDir()}
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(w.folder, "terraform-provider-bitwarden")); err != nil {
		tb.Fatal(err)
	}
	w.write("cli.tfrc", fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/%[1]s/bitwarden" = %[2]q
    "registry.opentofu.org/%[1]s/bitwarden" = %[2]q
  }
  direct {}
}
`, namespace, w.folder))
	w.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.folder, "cli.tfrc"), "TF_INPUT=0")
	return w
}

// Configure replaces the configuration.
func (w *Workdir) Configure(config string) {
	w.tb.Helper()
	w.write("main.tf", config)
}

// Run runs the CLI, and ends the test if that fails.
func (w *Workdir) Run(args ...string) {
	w.tb.Helper()
	command := exec.CommandContext(w.tb.Context(), w.program.Path, args...) //nolint:gosec // The developer's choice.
	command.Dir, command.Env = w.folder, w.env
	if out, err := command.CombinedOutput(); err != nil {
		w.tb.Fatalf("%v: %v\n%s", args, err, out)
	}
}

func (w *Workdir) write(name, content string) {
	w.tb.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(content), 0o600); err != nil {
		w.tb.Fatal(err)
	}
}
