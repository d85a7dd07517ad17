// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"time"
)

// Running is a server that listens on a loopback port behind TLS.
type Running struct {
	*Server

	url    string
	caPEM  []byte
	client *http.Client
	http   *http.Server
	done   chan error
}

// Start runs a server on Options.Listen with a certificate of its own making.
func Start(options Options) (*Running, error) {
	address := options.Listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	certificate, caPEM, err := selfSigned()
	if err != nil {
		return nil, fmt.Errorf("emulator: certificate: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	running := &Running{
		Server: NewServer(options), url: "https://" + listener.Addr().String(), caPEM: caPEM, done: make(chan error, 1),
	}
	running.SetBaseURL(running.url)
	running.client = running.newClient()
	running.running = running
	running.http = &http.Server{
		Handler:           running.Server,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
		},
	}
	go func() { running.done <- running.http.ServeTLS(listener, "", "") }()
	return running, nil
}

// URL is the base URL of the server, below which /api and /identity lie.
func (r *Running) URL() string { return r.url }

// CAPEM is the certificate authority that a client must trust, in PEM.
func (r *Running) CAPEM() []byte { return r.caPEM }

// Client returns an HTTP client that trusts the server, without cookies and proxy. It is the same at every call.
func (r *Running) Client() *http.Client { return r.client }

func (r *Running) newClient() *http.Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(r.caPEM)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8,
	}}
}

// Close stops the server gracefully: it finishes what runs, at most until ctx ends.
func (r *Running) Close(ctx context.Context) error {
	r.client.CloseIdleConnections()
	err := r.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, r.http.Close())
	}
	if served := <-r.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// SetBaseURL tells the server under which address it is reached; links in mails and /config use it.
func (s *Server) SetBaseURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.baseURL = base
}

// selfSigned makes an authority and a certificate for loopback, and returns the authority in PEM.
func selfSigned() (tls.Certificate, []byte, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Bitwarden emulator CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	caPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{leafDER, caDER}, PrivateKey: key}, caPEM, nil
}
