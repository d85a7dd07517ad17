// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	adminEmail = "terraform@msp.example"
	ownerEmail = "otto@foundry.example"
	stateFile  = "terraform.tfstate"

	// cliTime is how long one command may take: a second, and the waits of a client whose calls fail.
	cliTime = 2 * time.Minute
)

// moment is a point in the life of the configuration: what the server holds, what the state says, and where the server
// was then.
type moment struct {
	server *emulator.Snapshot
	state  []byte
	url    string
}

// bench is what all runs share: the CLI, the provider as it is now, the configuration, the account.
type bench struct {
	program      acctest.Program
	folder       string
	clientID     string
	clientSecret string
	admin        *emulator.Person
}

// newBench builds the provider, and lays the configuration out.
func newBench(t *testing.T) *bench {
	t.Helper()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{program: acctest.CLI(t), folder: t.TempDir()}
	binary := filepath.Join(b.folder, "terraform-provider-bitwarden")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the provider does not build: %v\n%s", err, out)
	}
	write(t, filepath.Join(b.folder, "cli.tfrc"), fmt.Appendf(nil, `provider_installation {
  dev_overrides {
    "registry.terraform.io/bitwarden-msp/bitwarden" = %[1]q
    "registry.opentofu.org/bitwarden-msp/bitwarden" = %[1]q
  }
  direct {}
}
`, b.folder))
	configuration := b.configuration()
	if err := os.CopyFS(configuration, os.DirFS(filepath.Join(root, "examples", "msp-onboarding"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"extra.tf", "plan.txt", "plan-2.txt"} {
		write(t, filepath.Join(configuration, name), read(t, filepath.Join("testdata", name)))
	}
	get := exec.CommandContext(t.Context(), b.program.Path, "get")
	get.Dir, get.Env = configuration, append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(b.folder, "cli.tfrc"))
	if out, err := get.CombinedOutput(); err != nil {
		t.Fatalf("get: %v\n%s", err, out)
	}
	return b
}

func (b *bench) configuration() string { return filepath.Join(b.folder, "configuration") }

// begin opens the provider on a server that holds nothing, for an admin with premium, which Sends of files take.
func (b *bench) begin(t *testing.T) *moment {
	t.Helper()
	server := emulator.New(t)
	msp := must(server.OpenProvider(t.Context(), "Example MSP", adminEmail))(t)
	msp.Admin.NewOrganization(t, "Premium", 5)
	b.admin = msp.Admin
	b.clientID, b.clientSecret = msp.Credentials(t)
	return &moment{server: must(server.Snapshot())(t), url: server.URL()}
}

// stage is one run's own server, and a folder with the configuration and its state.
type stage struct {
	*bench
	*emulator.Running

	folder string
	env    []string
}

// newStage makes a server and a folder in which it is that moment.
func (b *bench) newStage(t *testing.T, from *moment, variables string) *stage {
	t.Helper()
	s := &stage{bench: b, Running: emulator.New(t), folder: t.TempDir()}
	if err := s.Restore(from.server); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(s.folder, os.DirFS(b.configuration())); err != nil {
		t.Fatal(err)
	}
	write(t, s.path("ca.pem"), s.CAPEM())
	s.configure(t, variables)
	if from.state != nil { // the links of Sends have the server's address
		write(t, s.path(stateFile), bytes.ReplaceAll(from.state, []byte(from.url), []byte(s.URL())))
	}
	s.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(b.folder, "cli.tfrc"), "TF_INPUT=0", "TF_IN_AUTOMATION=1",
		"TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+s.path("trace.log"),
		"BW_URL="+s.URL(), "NODE_EXTRA_CA_CERTS="+s.path("ca.pem"),
		"BW_CLIENTID="+b.clientID, "BW_CLIENTSECRET="+b.clientSecret, "BW_PASSWORD="+emulator.Password)
	return s
}

// configure sets the variables: a file in testdata.
func (s *stage) configure(t *testing.T, variables string) {
	t.Helper()
	write(t, s.path("terraform.tfvars"), read(t, filepath.Join("testdata", variables)))
}

func (s *stage) path(name string) string { return filepath.Join(s.folder, name) }

// state is the state as it is written, nil before there is one.
func (s *stage) state(t *testing.T) []byte {
	t.Helper()
	state, err := os.ReadFile(s.path(stateFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return state
}

// now is the moment that it is here.
func (s *stage) now(t *testing.T) *moment {
	t.Helper()
	return &moment{server: must(s.Snapshot())(t), state: s.state(t), url: s.URL()}
}

// run runs the CLI. During it, meanwhile may do something to the process; nil: nothing.
func (s *stage) run(t *testing.T, meanwhile func(ctx context.Context, process *os.Process), args ...string) *outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), cliTime)
	defer cancel()
	command := exec.CommandContext(ctx, s.program.Path, args...)
	command.Dir, command.Env = s.folder, s.env
	o := &outcome{command: strings.Join(args, " ")}
	command.Stdout, command.Stderr = &o.output, &o.output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	running, ended := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if meanwhile != nil {
			meanwhile(running, command.Process)
		}
	}()
	err := command.Wait()
	ended()
	<-done
	if ctx.Err() != nil {
		t.Errorf("%s hangs: it was still running after %s", o.command, cliTime)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		o.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return o
}

// succeeds runs the CLI, which has to succeed.
func (s *stage) succeeds(t *testing.T, args ...string) {
	t.Helper()
	if o := s.run(t, nil, args...); o.code != 0 {
		t.Fatalf("%s: status %d\n%s", o.command, o.code, o)
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
