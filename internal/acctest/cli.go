// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/provider"
)

// namespace is where examples take the provider from; it is part of Address.
const namespace = "bitwarden-msp"

// Program is the CLI that runs the configurations of tests.
type Program struct {
	Path     string
	OpenTofu bool
}

// CLI finds the program, or ends the test: TF if set, else terraform, else tofu from PATH, else the OpenTofu that
// `make test` builds into .tools. It also prepares the environment that the program and plugin-testing look at, once.
func CLI(tb testing.TB) Program {
	tb.Helper()
	program, err := findCLI()
	if err != nil {
		tb.Fatal(err)
	}
	return program
}

var findCLI = sync.OnceValues(func() (Program, error) {
	path, err := cliPath()
	if err != nil {
		return Program{}, err
	}
	cleanEnvironment()
	for name, value := range map[string]string{
		"TF_CLI_CONFIG_FILE":        os.DevNull, // A file that is missing makes OpenTofu print a warning before its version.
		"CHECKPOINT_DISABLE":        "1",
		"TF_ACC_TERRAFORM_PATH":     path, // Unset, plugin-testing would download one.
		"TF_ACC_PROVIDER_NAMESPACE": namespace,
	} {
		if err := os.Setenv(name, value); err != nil {
			return Program{}, err
		}
	}
	//nolint:gosec // The program is the developer's choice.
	version, err := exec.CommandContext(context.Background(), path, "version").Output()
	if err != nil {
		return Program{}, fmt.Errorf("%s version: %w", path, err)
	}
	program := Program{Path: path, OpenTofu: strings.HasPrefix(string(version), "OpenTofu")}
	if program.OpenTofu {
		err = os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
	}
	return program, err
})

// cleanEnvironment forgets what the developer's own provider block and configurations would take from the environment.
var cleanEnvironment = sync.OnceFunc(func() {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "BW_") || strings.HasPrefix(name, "TF_VAR_") || name == "NODE_EXTRA_CA_CERTS" {
			_ = os.Unsetenv(name) // Fails for impossible names only.
		}
	}
})

func cliPath() (string, error) {
	if named := os.Getenv("TF"); named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	built := filepath.Join(root, ".tools", "tofu")
	if _, err := os.Stat(built); err != nil {
		return "", errors.New("neither terraform nor tofu is on PATH: run the tests by `make test`, which builds OpenTofu")
	}
	return built, nil
}

// Root is the folder of go.mod.
func Root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod above the working directory")
		}
		folder = parent
	}
}

// Factories serve the provider inside the test process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"bitwarden": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test"), nil },
	}
}

// Run runs a test case on the CLI, without TF_ACC. The caller has called t.Parallel.
func Run(t *testing.T, testCase resource.TestCase) {
	t.Helper()
	CLI(t)
	testCase.IsUnitTest = true
	testCase.ProtoV6ProviderFactories = Factories()
	resource.Test(t, testCase)
}
