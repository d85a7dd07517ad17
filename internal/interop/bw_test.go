// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package interop_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	// tools is where npm installs bw: the folder that git ignores.
	tools = "../../.tools/interop"
	// oldestNode is the Node with which bw was seen to work; its package asks for 22.
	oldestNode = 20
	// bwTime is how long one command may take. It is done after two seconds, but not on a machine that is busy.
	bwTime = 3 * time.Minute
	// bwAtOnce is how many commands run at a time: each keeps a processor busy for a second and idles for two.
	bwAtOnce = 6
)

// bwScript is the path of bw's script, installed once per run.
var bwScript = sync.OnceValues(install)

// errNoNode tells that the machine has no Node or npm, or that npm cannot get at bw.
var errNoNode = errors.New("the official client cannot be installed")

// install brings bw to what package-lock.json says.
func install() (string, error) {
	if _, err := exec.LookPath("npm"); err != nil {
		return "", fmt.Errorf("%w: %w", errNoNode, err)
	}
	version, err := exec.CommandContext(context.Background(), "node", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%w: node --version: %w", errNoNode, err)
	}
	var major int
	if _, err := fmt.Sscanf(string(version), "v%d.", &major); err != nil || major < oldestNode {
		return "", fmt.Errorf("%w: Node is %s; bw needs %d or newer", errNoNode, bytes.TrimSpace(version), oldestNode)
	}
	script, err := filepath.Abs(filepath.Join(tools, "node_modules", "@bitwarden", "cli", "build", "bw.js"))
	if err != nil {
		return "", err
	}
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		return "", err
	}
	// npm ci removes what it finds, so the copy of the lock file is written last: it says what is installed.
	installed := filepath.Join(tools, "installed-lock.json")
	if have, err := os.ReadFile(installed); err == nil && bytes.Equal(have, lock) {
		return script, nil
	}
	if err := os.MkdirAll(tools, 0o755); err != nil {
		return "", err
	}
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		content, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(tools, name), content, 0o600); err != nil {
			return "", err
		}
	}
	ci := exec.CommandContext(context.Background(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	ci.Dir = tools
	if out, err := ci.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: npm ci: %w\n%s", errNoNode, err, out)
	}
	return script, os.WriteFile(installed, lock, 0o600)
}

// needBW skips a test that nobody asked for, and ends one that cannot run. In CI it must be able to run.
func needBW(t *testing.T) string {
	t.Helper()
	if os.Getenv("INTEROP") == "" {
		t.Skip("make interop runs this test, with the official client from npm")
	}
	script, err := bwScript()
	switch {
	case errors.Is(err, errNoNode) && os.Getenv("CI") == "":
		t.Skipf("NOT JUDGED by the official client: %v", err)
	case err != nil:
		t.Fatal(err)
	}
	return script
}

// bwSlots are the commands that run.
var bwSlots = make(chan struct{}, bwAtOnce)

// profile is bw with a folder of its own, as on somebody's own machine.
type profile struct {
	script string
	folder string
	env    []string
}

// newProfile points bw to a server.
func newProfile(t *testing.T, srv *emulator.Running) *profile {
	t.Helper()
	p := &profile{script: needBW(t), folder: t.TempDir()}
	ca := filepath.Join(p.folder, "ca.pem")
	if err := os.WriteFile(ca, srv.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	// Nothing of the caller's environment, above all no proxy: bw would ask it for loopback too.
	p.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.folder, "BITWARDENCLI_APPDATA_DIR=" + p.folder,
		"NODE_EXTRA_CA_CERTS=" + ca, "BW_NOINTERACTION=true",
	}
	p.run(t, "config", "server", srv.URL())
	return p
}

// logIn logs somebody in with the master password.
func logIn(t *testing.T, srv *emulator.Running, who *emulator.Person) *profile {
	t.Helper()
	p := newProfile(t, srv)
	p.env = append(p.env, "BW_SESSION="+p.run(t, "login", who.Email, emulator.Password, "--raw"))
	return p
}

// logInByKey logs somebody in with the personal API key, and unlocks with the master password.
func logInByKey(t *testing.T, srv *emulator.Running, who *emulator.Person) *profile {
	t.Helper()
	id, secret, err := who.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := newProfile(t, srv)
	p.env = append(p.env, "BW_CLIENTID="+id, "BW_CLIENTSECRET="+secret)
	p.run(t, "login", "--apikey")
	p.env = append(p.env, "BW_SESSION="+p.run(t, "unlock", emulator.Password, "--raw"))
	return p
}

// copy is the same sign-in in a folder of its own: commands of one profile must not run at the same time.
func (p *profile) copy(t *testing.T) *profile {
	t.Helper()
	c := &profile{script: p.script, folder: t.TempDir()}
	if err := os.CopyFS(c.folder, os.DirFS(p.folder)); err != nil {
		t.Fatal(err)
	}
	for _, variable := range p.env {
		c.env = append(c.env, strings.ReplaceAll(variable, p.folder, c.folder))
	}
	return c
}

// run returns what a command prints; it must succeed.
func (p *profile) run(t *testing.T, args ...string) string {
	t.Helper()
	out, refusal := p.command(t, args...)
	if refusal != "" {
		t.Fatalf("bw %s: %s", strings.Join(args, " "), refusal)
	}
	return out
}

// refused returns why a command was refused; it must be.
func (p *profile) refused(t *testing.T, args ...string) string {
	t.Helper()
	out, refusal := p.command(t, args...)
	if refusal == "" {
		t.Fatalf("bw %s: not refused, but %s", strings.Join(args, " "), out)
	}
	return refusal
}

// sync fetches what the server has now: bw answers most questions from what it fetched last.
func (p *profile) sync(t *testing.T) {
	t.Helper()
	p.run(t, "sync", "--force")
}

func (p *profile) command(t *testing.T, args ...string) (out, refusal string) {
	t.Helper()
	bwSlots <- struct{}{}
	defer func() { <-bwSlots }()
	ctx, cancel := context.WithTimeout(t.Context(), bwTime)
	defer cancel()
	command := exec.CommandContext(ctx, "node", append([]string{p.script}, args...)...)
	command.Env = p.env
	command.Dir = p.folder
	command.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if strings.Contains(stderr.String(), "\n    at ") {
		t.Errorf("bw %s: a stack trace\n%s", strings.Join(args, " "), &stderr)
	}
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && (!exited || ctx.Err() != nil) {
		t.Fatalf("bw %s: %v (%v)\n%s", strings.Join(args, " "), err, ctx.Err(), &stderr)
	}
	if err != nil {
		return "", strings.TrimSpace(stdout.String() + stderr.String())
	}
	return strings.TrimSpace(stdout.String()), ""
}

// converse answers what a command asks, and returns what it prints. An answer that is not there yet is empty.
func (p *profile) converse(t *testing.T, args []string, answers ...func() string) string {
	t.Helper()
	bwSlots <- struct{}{}
	defer func() { <-bwSlots }()
	ctx, cancel := context.WithTimeout(t.Context(), bwTime)
	defer cancel()
	command := exec.CommandContext(ctx, "node", append([]string{p.script}, args...)...)
	command.Env = slices.DeleteFunc(
		slices.Clone(p.env),
		func(v string) bool { return strings.HasPrefix(v, "BW_NOINTERACTION") },
	)
	command.Dir, command.WaitDelay = p.folder, time.Second
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for _, answer := range answers {
		text := answer()
		for ; text == "" && ctx.Err() == nil; text = answer() {
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
			}
		}
		if _, err := stdin.Write([]byte(text + "\n")); err != nil {
			t.Errorf("bw %s does not ask: %v", strings.Join(args, " "), err)
		}
	}
	if err := command.Wait(); err != nil {
		t.Fatalf("bw %s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return strings.TrimSpace(stdout.String())
}

// read decodes what a command prints.
func read[T any](t *testing.T, p *profile, args ...string) T {
	t.Helper()
	var decoded T
	out := p.run(t, args...)
	if err := json.Unmarshal([]byte(out), &decoded); err != nil {
		t.Fatalf("bw %s: %v in %s", strings.Join(args, " "), err, out)
	}
	return decoded
}

// encoded is how bw takes an object on the command line.
func encoded(t *testing.T, object any) string {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// The objects that bw prints.

type orgCollection struct {
	ID             string     `json:"id"`
	OrganizationID string     `json:"organizationId"`
	Name           string     `json:"name"`
	ExternalID     string     `json:"externalId"`
	Groups         []orgGrant `json:"groups"`
	Users          []orgGrant `json:"users"`
}

type orgGrant struct {
	ID            string `json:"id"`
	ReadOnly      bool   `json:"readOnly"`
	HidePasswords bool   `json:"hidePasswords"`
	Manage        bool   `json:"manage"`
}

type orgMember struct {
	ID     string `json:"id"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Status int    `json:"status"` // 0 invited, 1 accepted, 2 confirmed
	Type   int    `json:"type"`
}

type item struct {
	ID             string   `json:"id"`
	OrganizationID string   `json:"organizationId"`
	CollectionIDs  []string `json:"collectionIds"`
	Type           int      `json:"type"` // 1 login, 2 secure note, 3 card, 4 identity
	Name           string   `json:"name"`
	Notes          string   `json:"notes"`
	Login          struct {
		Username string  `json:"username"`
		Password *string `json:"password"`
		TOTP     string  `json:"totp"`
		URIs     []struct {
			URI string `json:"uri"`
		} `json:"uris"`
	} `json:"login"`
	Fields []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Type  int    `json:"type"` // 0 text, 1 hidden
	} `json:"fields"`
	Attachments []struct {
		ID       string `json:"id"`
		FileName string `json:"fileName"`
	} `json:"attachments"`
}

type organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// collectionNames lists an organization's collections by name, sorted.
func (p *profile) collectionNames(t *testing.T, organizationID string) []string {
	t.Helper()
	return names(read[[]orgCollection](t, p, "list", "org-collections", "--organizationid", organizationID))
}

// ownCollectionNames lists the collections that somebody may open, by name, sorted.
func (p *profile) ownCollectionNames(t *testing.T) []string {
	t.Helper()
	return names(read[[]orgCollection](t, p, "list", "collections"))
}

func names(collections []orgCollection) []string {
	var sorted []string
	for _, c := range collections {
		sorted = append(sorted, c.Name)
	}
	slices.Sort(sorted)
	return sorted
}

// memberStatus is a member's status in bw's list.
func (p *profile) memberStatus(t *testing.T, organizationID, memberID string) int {
	t.Helper()
	members := read[[]orgMember](t, p, "list", "org-members", "--organizationid", organizationID)
	i := slices.IndexFunc(members, func(m orgMember) bool { return m.ID == memberID })
	if i < 0 {
		t.Fatalf("bw does not list member %s, but %+v", memberID, members)
	}
	return members[i].Status
}
