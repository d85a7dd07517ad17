// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Command emulator runs the in-memory Bitwarden of internal/emulator until it is told to stop, with a managed service
// provider in it, and prints the environment with which the Terraform provider and the official client use it. See
// -help.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// exampleSeed is what -help shows.
//
//go:embed example-seed.json
var exampleSeed string

// defaultSeed is a provider without clients: what somebody who tries the Terraform provider starts with.
var defaultSeed = emulator.Seed{Provider: emulator.SeedProvider{
	Name: "Example MSP", Admin: "terraform@msp.example",
	SeatMinimums: emulator.SeatMinimums{Teams: 10, Enterprise: 10},
}}

// stopTime is how long requests may go on after a signal to stop.
const stopTime = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

// settings are what the command line says.
type settings struct {
	listen, caOut, envOut, seed string
	flags                       map[string]any
	delays, limits              bool
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	s, err := parse(args, out)
	if err != nil {
		return err
	}
	seed := defaultSeed
	if s.seed != "" {
		if seed, err = readSeed(s.seed); err != nil {
			return err
		}
	}
	server, err := emulator.Start( //nolint:contextcheck // it stops gracefully, which a context's end is not
		emulator.Options{Listen: s.listen, Flags: s.flags, Delays: s.delays, RateLimits: s.limits})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(context.WithoutCancel(ctx), server)) }()

	if s.caOut == "" {
		folder, err := os.MkdirTemp("", "bitwarden-emulator-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(folder) }() // a certificate left in the folder for such things harms nobody
		s.caOut = filepath.Join(folder, "ca.pem")
	}
	if s.caOut, err = filepath.Abs(s.caOut); err != nil {
		return err
	}
	if err := os.WriteFile(s.caOut, server.CAPEM(), 0o644); err != nil {
		return err
	}
	msp, clients, err := server.Sow(ctx, seed)
	if err != nil {
		return err
	}
	env, err := environment(ctx, server, msp, s.caOut)
	if err != nil {
		return err
	}
	if s.envOut != "" {
		if s.envOut, err = filepath.Abs(s.envOut); err != nil {
			return err
		}
		if err := os.WriteFile(s.envOut, []byte(env), 0o600); err != nil {
			return err
		}
	}
	server.ResetRequests() // the log is about what the user does
	welcome(out, s, server, seed, clients, env)
	<-ctx.Done()
	fmt.Fprintf(out, "\nStopping after %d requests.\n", server.Requests().Total)
	return nil
}

func stop(ctx context.Context, server *emulator.Running) error {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	return server.Close(ctx)
}

// parse reads the command line; flag.ErrHelp asks for nothing more.
func parse(args []string, out io.Writer) (settings, error) {
	s := settings{flags: map[string]any{}}
	set := flag.NewFlagSet("emulator", flag.ContinueOnError)
	set.SetOutput(io.Discard) // run's caller prints errors
	set.StringVar(&s.listen, "listen", "127.0.0.1:0", "loopback `address` and port; port 0 is any free one")
	set.StringVar(&s.caOut, "ca-out", "", "`file` for the certificate authority, in PEM (default: a temporary one)")
	set.StringVar(&s.envOut, "env-out", "", "`file` for the environment lines, to be sourced")
	set.StringVar(&s.seed, "seed", "", "JSON `file` with what exists at the start (default: a provider without clients)")
	set.BoolVar(&s.delays, "delays", false, "refuse wrong passwords after two seconds, as the cloud does")
	set.BoolVar(&s.limits, "limits", false, "limit the requests of this machine as the cloud does")
	set.Func("flags", "feature flags, `name=value,…`; without a value: true", s.setFlags)
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		help(out, set)
		return s, err
	case err != nil:
		return s, fmt.Errorf("%w; -help lists the options", err)
	case set.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q; -help lists the options", set.Arg(0))
	}
	return s, loopback(s.listen)
}

// setFlags reads name=value,…; values are JSON where they can be, else texts.
func (s *settings) setFlags(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		name, value, given := strings.Cut(part, "=")
		var decoded any = true
		if given && json.Unmarshal([]byte(value), &decoded) != nil {
			decoded = value
		}
		if name == "" {
			return errors.New("a flag has no name")
		}
		s.flags[name] = decoded
	}
	return nil
}

// loopback refuses addresses that others can reach: whoever can talk to the emulator is everybody in it.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-listen: %s is no loopback address, such as 127.0.0.1", address)
	}
	return nil
}

func readSeed(name string) (emulator.Seed, error) {
	file, err := os.Open(name)
	if err != nil {
		return emulator.Seed{}, err
	}
	defer func() { _ = file.Close() }() // it is only read
	seed, err := emulator.ParseSeed(file)
	if err != nil {
		return emulator.Seed{}, fmt.Errorf("%s: %w", name, err)
	}
	return seed, nil
}

// environment are the lines to paste: the provider's admin, whom the Terraform provider and bw sign in as.
func environment(ctx context.Context, server *emulator.Running, msp *emulator.MSP, ca string) (string, error) {
	id, secret, err := msp.Admin.APIKey(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, line := range [][2]string{
		{"BW_URL", server.URL()},
		{"NODE_EXTRA_CA_CERTS", ca},
		{"BW_CLIENTID", id},
		{"BW_CLIENTSECRET", secret},
		{"BW_PASSWORD", emulator.Password},
	} {
		fmt.Fprintf(&b, "export %s='%s'\n", line[0], strings.ReplaceAll(line[1], "'", `'\''`))
	}
	return b.String(), nil
}

// welcome says what runs, who is in it and how to use it.
func welcome(
	out io.Writer, s settings, server *emulator.Running, seed emulator.Seed, clients []*emulator.Client, env string,
) {
	fmt.Fprintf(out, "Bitwarden emulator %s at %s. Ctrl-C stops it; what is in it is lost then.\n\n",
		emulator.Version, server.URL())
	fmt.Fprintf(out, "Provider %q, admin %s", seed.Provider.Name, seed.Provider.Admin)
	for _, email := range seed.Provider.ServiceUsers {
		fmt.Fprintf(out, ", service user %s", email)
	}
	fmt.Fprintln(out)
	for _, c := range clients {
		fmt.Fprintf(out, "Client %q, %s\n", c.Name, c.ID)
	}
	fmt.Fprintf(out, "Everybody's master password: %s\n\n", emulator.Password)
	fmt.Fprint(out, "Paste this into the shell in which you use the Terraform provider or bw")
	if s.envOut != "" {
		fmt.Fprintf(out, " (or: . %s)", s.envOut)
	}
	fmt.Fprintf(out, ":\n\n%s\n", env)
	fmt.Fprintf(out, "Mails:         curl --cacert \"$NODE_EXTRA_CA_CERTS\" \"$BW_URL/_emulator/mails\"\n")
	fmt.Fprintf(out, "All accept:    curl --cacert \"$NODE_EXTRA_CA_CERTS\" -d '{}' \"$BW_URL/_emulator/people/accept\"\n")
	fmt.Fprintf(out, "What else:     -help\n")
}

// help is what -help prints.
func help(out io.Writer, set *flag.FlagSet) {
	fmt.Fprint(out, `Runs an in-memory Bitwarden (cloud mode, release `+emulator.Version+`) behind TLS until Ctrl-C.
It holds a managed service provider, and prints the environment lines with which the Terraform provider and the official
client bw sign in as its admin. Nothing leaves the machine and nothing is kept.

    go run ./internal/tools/emulator [options]

Options:
`)
	set.SetOutput(out)
	set.PrintDefaults()
	fmt.Fprint(out, `
The environment lines:
  BW_URL               base URL; /api, /identity and /events lie below
  NODE_EXTRA_CA_CERTS  certificate authority of the emulator, which the Terraform provider and bw trust then
  BW_CLIENTID, BW_CLIENTSECRET, BW_PASSWORD
                       personal API key and master password of the provider's admin

The seed file is JSON. Only provider.name and provider.admin are required. plan is teams_monthly or enterprise_monthly
(default), seats are 10 by default. role is owner, admin or user (default); status is invited, accepted or confirmed
(default). A client is created for the first owner among its members. Whoever has accepted has an account; people are
further accounts. Everybody's master password is "`+emulator.Password+`". For example:

`+exampleSeed+`
Control endpoints, all JSON, without authentication. Mistakes answer 400 and {"error": text}:

`+emulator.ControlHelp()+`
Everything else is as on the genuine server. Rate limits concern requests with the header X-Connecting-IP, which names
the caller's address; without it loopback is exempt, unless -limits is given.
`)
}
