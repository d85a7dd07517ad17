// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// asProgram makes this test binary be the program, so that tests can send it signals.
const asProgram = "EMULATOR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is a running emulator that has said what it is.
type program struct {
	command *exec.Cmd
	env     map[string]string // the lines to paste
	client  *http.Client
	rest    chan string // what it says from then on
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{command: exec.CommandContext(t.Context(), os.Args[0], args...), env: map[string]string{}}
	p.command.Env = append(os.Environ(), asProgram+"=1")
	p.command.Stderr = os.Stderr
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "What else:") {
		if line, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			name, value, _ := strings.Cut(line, "=")
			p.env[name] = strings.Trim(value, "'")
		}
	}
	p.rest = make(chan string, 1)
	go func() {
		var rest strings.Builder
		for lines.Scan() {
			rest.WriteString(lines.Text() + "\n")
		}
		p.rest <- rest.String()
	}()
	p.client = trusting(t, p.env["NODE_EXTRA_CA_CERTS"])
	return p
}

// trusting is an HTTP client that trusts a certificate authority and nothing else.
func trusting(t *testing.T, caFile string) *http.Client {
	t.Helper()
	ca, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("%s holds no certificate", caFile)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// call sends a request, which must succeed.
func (p *program) call(t *testing.T, method, path, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.env["BW_URL"]+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := p.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s (%v)", method, path, response.StatusCode, answer, err)
	}
	return answer
}

// end sends a signal, and returns what the program still said.
func (p *program) end(t *testing.T, signal os.Signal) string {
	t.Helper()
	p.client.CloseIdleConnections()
	if err := p.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	rest := <-p.rest
	if err := p.command.Wait(); err != nil {
		t.Errorf("after %s the program ended with %v", signal, err)
	}
	return rest
}

// TestProgram starts the program with the example seed, uses it as the guide says and stops it.
func TestProgram(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to send")
	}
	folder := t.TempDir()
	ca, env, seed := filepath.Join(folder, "ca.pem"), filepath.Join(folder, "env"), filepath.Join(folder, "seed.json")
	if err := os.WriteFile(seed, []byte(exampleSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "-ca-out", ca, "-env-out", env, "-seed", seed, "-flags", "one,two=false,three=x")
	if p.env["NODE_EXTRA_CA_CERTS"] != ca || p.env["BW_PASSWORD"] != emulator.Password ||
		!strings.HasPrefix(p.env["BW_URL"], "https://127.0.0.1:") {
		t.Errorf("got the environment %v", p.env)
	}
	if content, err := os.ReadFile(env); err != nil ||
		!strings.Contains(string(content), "export BW_CLIENTSECRET='"+p.env["BW_CLIENTSECRET"]+"'\n") {
		t.Errorf("-env-out holds %q (%v)", content, err)
	}
	config := struct{ FeatureStates map[string]any }{}
	if err := json.Unmarshal(p.call(t, "GET", "/api/config", ""), &config); err != nil {
		t.Fatal(err)
	}
	if got := config.FeatureStates; len(got) != 3 || got["one"] != true || got["two"] != false || got["three"] != "x" {
		t.Errorf("got flags %v", got)
	}
	accepted := []emulator.Accepted{}
	if err := json.Unmarshal(p.call(t, "POST", "/_emulator/people/accept", "{}"), &accepted); err != nil {
		t.Fatal(err)
	}
	if len(accepted) != 1 || accepted[0].Email != "paul@bakery.example" {
		t.Errorf("got %+v, want the one who is invited in the example", accepted)
	}
	if got := strings.TrimSpace(p.end(t, os.Interrupt)); !strings.Contains(got, "Stopping after") {
		t.Errorf("the last words are %q", got)
	}
}

// TestProgram_cleansUp stops by the signal that supervisors send: the temporary certificate goes too.
func TestProgram_cleansUp(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to send")
	}
	p := start(t)
	p.call(t, "GET", "/api/alive", "")
	if got := p.end(t, syscall.SIGTERM); !strings.Contains(got, "Stopping after 1 requests") {
		t.Errorf("the last words are %q, want them to count one request", got)
	}
	if _, err := os.Stat(p.env["NODE_EXTRA_CA_CERTS"]); !os.IsNotExist(err) {
		t.Errorf("the temporary certificate is left: %v", err)
	}
}

// TestHelp names every option, the example seed and every control endpoint that the project's issues name.
func TestHelp(t *testing.T) {
	t.Parallel()
	out := bytes.Buffer{}
	if err := run(t.Context(), []string{"-help"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{
		"-listen", "-ca-out", "-env-out", "-seed", "-flags", "-delays", "-limits", exampleSeed, "BW_CLIENTSECRET",
		"POST   /_emulator/staff/providers", "GET    /_emulator/mails", "POST   /_emulator/reset",
		"GET    /_emulator/requests", "POST   /_emulator/faults", "POST   /_emulator/clock", "POST   /_emulator/flags",
		"X-Connecting-IP",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("-help does not mention %s", want)
		}
	}
	for line := range strings.Lines(out.String()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 120 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
}

// TestRefusals shows what the program says before it would start.
func TestRefusals(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	bad := filepath.Join(folder, "bad.json")
	seed := `{"provider":{"name":"P","admin":"a@p.example"},"clients":[{}]}`
	if err := os.WriteFile(bad, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown option":     {[]string{"-port", "1"}, "-help lists the options"},
		"stray argument":     {[]string{"seed.json"}, `unexpected argument "seed.json"`},
		"reachable address":  {[]string{"-listen", "0.0.0.0:0"}, "no loopback address"},
		"address of a name":  {[]string{"-listen", "example.com:443"}, "no loopback address"},
		"no port":            {[]string{"-listen", "127.0.0.1"}, "missing port"},
		"flag without name":  {[]string{"-flags", "=true"}, "has no name"},
		"no such seed":       {[]string{"-seed", filepath.Join(folder, "none.json")}, "none.json"},
		"mistake in seed":    {[]string{"-seed", bad}, "bad.json: seed: clients[0].name is missing"},
		"CA not to be saved": {[]string{"-ca-out", filepath.Join(folder, "none", "ca.pem")}, "ca.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := run(ctx, test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %q", strings.Join(test.args, " "), err, test.want)
			}
		})
	}
}
