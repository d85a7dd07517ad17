// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// workdir is a folder with a configuration.
type workdir struct {
	cli    string
	folder string
	env    []string
	usage  string // folder of the measurements; empty: nothing of ours runs here
}

// newWorkdir writes files and gets the configuration's modules.
func newWorkdir(ctx context.Context, s settings, folder string, files map[string]string) (*workdir, error) {
	w := &workdir{cli: s.cli, folder: folder, env: os.Environ()}
	for name, content := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	w.env = append(w.env, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	_, _, err := w.run(ctx, "get")
	return w, err
}

// useProvider lets the CLI take the provider from this program, which runs and measures the genuine one.
func useProvider(
	ctx context.Context,
	s settings,
	folder string,
	files map[string]string,
	env []string,
) (*workdir, error) {
	bin, usage := filepath.Join(folder, "bin"), filepath.Join(folder, "usage")
	if err := errors.Join(os.MkdirAll(bin, 0o700), os.MkdirAll(usage, 0o700)); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.Symlink(self, filepath.Join(bin, "terraform-provider-bitwarden")); err != nil {
		return nil, err
	}
	files = maps.Clone(files)
	files["cli.tfrc"] = fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/bitwarden-msp/bitwarden" = %[1]q
    "registry.opentofu.org/bitwarden-msp/bitwarden" = %[1]q
  }
  direct {}
}
`, bin)
	w, err := newWorkdir(ctx, s, folder, files)
	if err != nil {
		return nil, err
	}
	w.usage = usage
	w.env = append(w.env, env...)
	w.env = append(w.env, "TF_CLI_CONFIG_FILE="+filepath.Join(folder, "cli.tfrc"),
		measuredVariable+"="+s.provider, usageVariable+"="+usage, profilesVariable+"="+s.profiles)
	return w, nil
}

// spent is what one command took.
type spent struct {
	wall     time.Duration
	cli      time.Duration // CPU time of the CLI
	provider usage
}

// run runs the CLI. With plan -detailed-exitcode, changes tells that the status was 2.
func (w *workdir) run(ctx context.Context, args ...string) (took spent, changes bool, err error) {
	command := exec.CommandContext(ctx, w.cli, args...)
	command.Dir, command.Env = w.folder, w.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var problems bytes.Buffer
	command.Stderr = &problems
	began := time.Now()
	err = command.Run()
	took.wall = time.Since(began)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 2 && args[0] == "plan" {
		changes, err = true, nil
	}
	if err = cmp.Or(ctx.Err(), err); err != nil {
		return took, false, fmt.Errorf("%s: %w\n%s", args[0], err, problems.Bytes()[:min(problems.Len(), 3000)])
	}
	took.cli = usageOf(command.ProcessState).CPU // its children included
	if w.usage != "" {
		took.provider, err = collectUsage(w.usage)
		took.cli -= took.provider.CPU
	}
	return took, changes, err
}

func (w *workdir) readState() (string, error) {
	state, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	return string(state), err
}

func (w *workdir) writeState(state string) error {
	return os.WriteFile(filepath.Join(w.folder, "terraform.tfstate"), []byte(state), 0o600)
}
