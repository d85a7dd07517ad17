// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

// Package emulator is a stateful in-memory Bitwarden server in cloud mode, for tests, demos and users without an account.
//
// It is written from recorded exchanges with the genuine server (testdata/contract) and its documentation, never from
// our own client, and behaves as the server does: silences, bugs and error texts included. TestContract replays the
// recordings; where a recording and anything else disagree, the recording is right.
//
// # How to add an area
//
//  1. One file per area (groups.go), one line in Server.routes. The file begins with its table of contents:
//
//     func (s *Server) groupRoutes() {
//     s.api("GET", "/organizations/{orgId}/groups/{id}", inOrganization((*call).mayManageGroups), s.getGroup)
//     }
//
//     In a template {id} is a GUID which the handler binds with c.id("id") (400 otherwise), or with c.parsedID("id")
//     where the server answers 500; {id:guid} makes another text a 404 without a body.
//
//  2. The third argument is the requirement that the server checks before anything else: anonymous, signedIn,
//     providerAdmin, providerMember, organizationToken, or inOrganization(question) for its empty 403. Older routes use
//     signedIn, and the handler asks (c.isOwner, c.mayManageUsers …) and returns notFound() or unauthorized().
//
//  3. A handler is a plain function, func(c *call) (any, error). It binds its body with c.bind(&request), where the
//     request is a struct with json tags (enum, guid, htmlText for .NET's special cases, *T for nullable) and, if it
//     checks itself, a method validate(problems). Then it reads and changes rows of s.store and returns obj{…}, list(rows),
//     text, noContent(), reply{…} or nil (an empty 200); or an error made by errors.go: badRequest, modelState,
//     aggregate, notFound, unauthorized, forbiddenEmpty, conflict, serverError, emptyStatus, wrongSecret.
//     Routes with the public API's error shape are registered with .withErrors(publicErrors).
//
//  4. Everything runs under Server.mu: handlers neither lock nor start goroutines, and what they return may point into
//     the store. Rows are plain structs in tables (store.go); a row's text "" is null where orNull writes it.
//
// # What handlers owe the rest
//
// Audit: s.logEvent(c, event{Type: 1401, OrganizationID: org.ID, GroupID: g.ID}) for every change that the server logs;
// it adds time, acting user, device, address and the provider, and drops events of plans without them.
// Seats: s.needSeats(org, n) before members are added or restored; s.scaleSeats(p, planType) after a client's seats or
// existence changed; s.seatsOf counts. Account revisions: s.touch(userIDs…) for members who must sync.
// Cascades: removeOrganization, removeMember … drop every row and grant that hangs on a row. Mails: s.sendMail with
// s.vaultLink. Time: s.now(). Flags: s.flag(name).
//
// Who may do what: claims are frozen in the token (c.role, c.isProviderUser); the link from organization to provider is
// looked up at each request (c.providerFor), by which a provider user counts as owner: c.isOwner is that owner rule, and
// c.isAdmin, c.may… follow from it. c.ownMember is the caller's live membership row.
//
// # Working with recordings
//
//	go test -run 'TestContract/groups$' ./internal/emulator
//
// prints each failing step with its number, note and differences; make contract counts what was replayed.
package emulator
