// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// Main is for the TestMain of packages that use a Workdir, whose CLI starts the test program as the provider.
func Main(m *testing.M) {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") == "" {
		os.Exit(m.Run())
	}
	if err := provider.Serve("test", false); err != nil {
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
	if err := os.Symlink(self, w.Path("terraform-provider-bitwarden")); err != nil {
		tb.Fatal(err)
	}
	overrides := w.Write("cli.tfrc", fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/%[1]s/bitwarden" = %[2]q
    "registry.opentofu.org/%[1]s/bitwarden" = %[2]q
  }
  direct {}
}
`, namespace, w.folder))
	w.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+overrides, "TF_INPUT=0")
	return w
}

// Configure replaces the configuration.
func (w *Workdir) Configure(config string) {
	w.tb.Helper()
	w.Write("main.tf", config)
}

// Setenv adds variables such as NAME=value to what the CLI and the provider find in their environment.
func (w *Workdir) Setenv(variables ...string) { w.env = append(w.env, variables...) }

// Path is where a file of the folder is.
func (w *Workdir) Path(name string) string { return filepath.Join(w.folder, name) }

// Read returns a file of the folder.
func (w *Workdir) Read(name string) []byte {
	w.tb.Helper()
	content, err := os.ReadFile(w.Path(name))
	if err != nil {
		w.tb.Fatal(err)
	}
	return content
}

// Write writes a file into the folder, and returns its path.
func (w *Workdir) Write(name, content string) string {
	w.tb.Helper()
	if err := os.WriteFile(w.Path(name), []byte(content), 0o600); err != nil {
		w.tb.Fatal(err)
	}
	return w.Path(name)
}

// Run runs the CLI, and ends the test if that fails.
func (w *Workdir) Run(args ...string) {
	w.tb.Helper()
	if out, err := w.Command(args...).CombinedOutput(); err != nil {
		w.tb.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// Command is the CLI with arguments, not started yet.
func (w *Workdir) Command(args ...string) *exec.Cmd {
	command := exec.CommandContext(w.tb.Context(), w.program.Path, args...) //nolint:gosec // The developer's choice.
	command.Dir, command.Env = w.folder, w.env
	return command
}
