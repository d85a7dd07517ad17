// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Client is the handle to one server as one account. It is safe for concurrent use; it sends nothing before it is used.
type Client struct {
	config        Config
	transport     *transport
	session       session
	profile       profileCache
	keys          keyring
	clients       clientCache
	seats         seatCache
	providerUsers providerUserCache
	sends         sendCache
	vault         vaultCache
	lanes         lanes
	batches       batches
	reports       reportState

	mu            sync.Mutex
	organizations map[string]*organizationCache

	// settle are the pauses after which a creation whose answer was lost is looked up.
	settle []time.Duration
	// outage are the pauses between attempts at that while nothing gets through; each attempt takes its own time.
	outage []time.Duration
}

// New checks the configuration, without any request. Its error is a *ConfigError that names the field.
func New(config Config) (*Client, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(config)
	if err != nil {
		return nil, err
	}
	return &Client{
		config:        config,
		transport:     transport,
		session:       session{slot: slot{keepFailure: true}},
		profile:       profileCache{slot: slot{keepFailure: true}},
		keys:          keyring{slot: slot{keepFailure: true}},
		batches:       batches{window: gatherWindow},
		organizations: map[string]*organizationCache{},
		settle:        []time.Duration{0, 2 * time.Second, 3 * time.Second},
		outage:        []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second},
	}, nil
}

// do sends a call as the account. A token that the server no longer takes is renewed once; a 401 without the header is
// about permission.
func (c *Client) do(ctx context.Context, request *call) error {
	for renewed := false; ; renewed = true {
		token, err := c.bearer(ctx)
		if err != nil {
			return err
		}
		a, err := c.transport.exchange(ctx, request, token)
		switch {
		case err != nil:
			return err
		case a.isSuccess():
			return nil
		case a.status == http.StatusUnauthorized && a.header.Get("WWW-Authenticate") != "" && !renewed:
			c.session.expire(token)
		default:
			return newError(request, a)
		}
	}
}

// getJSON reads one resource. The arguments fill the braces of the route in order.
func getJSON[T any](ctx context.Context, c *Client, route string, args ...string) (T, error) {
	var value T
	err := c.do(ctx, &call{method: http.MethodGet, route: route, args: args, into: &value})
	return value, err
}

// pause waits unless the context ends before.
func pause(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return interrupted(ctx, "the lost request was looked up")
	}
}
