// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// cli runs Terraform or OpenTofu in a folder of its own, with the provider as it was just built.
type cli struct {
	path    string
	folder  string
	env     []string
	verbose io.Writer
}

// newCLI builds the provider and writes the CLI settings that make the CLI take it without a registry.
func newCLI(ctx context.Context, s settings, folder string) (*cli, error) {
	binary := filepath.Join(folder, "terraform-provider-bitwarden")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Dir = s.Root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the provider does not build: %w\n%s", err, out)
	}
	overrides := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/bitwarden-msp/bitwarden" = %[1]q
    "registry.opentofu.org/bitwarden-msp/bitwarden" = %[1]q
  }
  direct {}
}
`, folder)
	config := filepath.Join(folder, "cli.tfrc")
	if err := os.WriteFile(config, []byte(overrides), 0o600); err != nil {
		return nil, err
	}
	c := &cli{path: s.CLI, folder: filepath.Join(folder, "msp-onboarding"), verbose: io.Discard}
	if s.Verbose {
		c.verbose = s.Out
	}
	c.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	c.env = append(c.env, s.Env...)
	return c, nil
}

// run returns what the CLI printed. With plan -detailed-exitcode, changes tells that the status was 2.
func (c *cli) run(ctx context.Context, args ...string) (out []byte, changes bool, err error) {
	command := exec.CommandContext(ctx, c.path, args...)
	command.Dir = c.folder
	command.Env = c.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var stdout, stderr bytes.Buffer
	command.Stdout = io.MultiWriter(&stdout, c.verbose)
	command.Stderr = io.MultiWriter(&stderr, c.verbose)
	err = command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 2 && args[0] == "plan" {
		return stdout.Bytes(), true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(c.path), args[0], err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes(), false, nil
}

// change is one resource in a plan that does not stay as it is.
type change struct {
	Address string
	Type    string
	Actions []string
	// Attributes are the values that change, before and after.
	Attributes map[string][2]any
}

// plan makes a plan, and says what it would change. Outputs that change are an error: the example's do not.
func (c *cli) plan(ctx context.Context) ([]change, error) {
	_, changes, err := c.run(ctx, "plan", "-detailed-exitcode", "-no-color", "-out=plan.tfplan")
	if err != nil {
		return nil, err
	}
	out, _, err := c.run(ctx, "show", "-json", "plan.tfplan")
	if err != nil {
		return nil, err
	}
	found, err := parsePlan(out)
	if err == nil && changes != (len(found) > 0) {
		err = fmt.Errorf("the CLI says that changes are planned: %t, but the plan has %d", changes, len(found))
	}
	return found, err
}

func parsePlan(out []byte) ([]change, error) {
	var plan struct {
		ResourceChanges []struct {
			Address string
			Type    string
			Change  struct {
				Actions       []string
				Before, After map[string]any
			}
		} `json:"resource_changes"`
		OutputChanges map[string]struct{ Actions []string } `json:"output_changes"`
	}
	if err := json.Unmarshal(out, &plan); err != nil {
		return nil, fmt.Errorf("the plan is not readable: %w", err)
	}
	var changes []change
	for _, r := range plan.ResourceChanges {
		if r.Change.Actions[0] == "no-op" || r.Change.Actions[0] == "read" {
			continue
		}
		c := change{Address: r.Address, Type: r.Type, Actions: r.Change.Actions, Attributes: map[string][2]any{}}
		for name, after := range r.Change.After {
			if before := r.Change.Before[name]; fmt.Sprint(before) != fmt.Sprint(after) {
				c.Attributes[name] = [2]any{before, after}
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// object is a managed resource in the state.
type object struct {
	Address string
	Type    string
	Values  map[string]any
}

func (o object) text(attribute string) string { return fmt.Sprint(o.Values[attribute]) }

// objects lists the managed resources of the state, modules included.
func (c *cli) objects(ctx context.Context) ([]object, error) {
	out, _, err := c.run(ctx, "show", "-json")
	if err != nil {
		return nil, err
	}
	type module struct {
		Resources    []object
		ChildModules []json.RawMessage `json:"child_modules"`
	}
	var state struct {
		Values struct {
			RootModule json.RawMessage `json:"root_module"`
		}
	}
	if err := json.Unmarshal(out, &state); err != nil {
		return nil, fmt.Errorf("the state is not readable: %w", err)
	}
	var all []object
	pending := []json.RawMessage{state.Values.RootModule}
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		if len(next) == 0 {
			continue
		}
		var m module
		if err := json.Unmarshal(next, &m); err != nil {
			return nil, fmt.Errorf("the state is not readable: %w", err)
		}
		all = append(all, m.Resources...)
		pending = append(pending, m.ChildModules...)
	}
	return all, nil
}
