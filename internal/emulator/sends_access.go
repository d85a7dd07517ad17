// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A recipient knows the Send's access id from the link. He gets a token for it, with the password or a code that was
// mailed to him if the Send wants one, and reads the Send with that. The older routes without a token are gone.

const (
	sendScope     = "api.send.access"
	sendTokenLife = 5 * time.Minute
)

func (s *Server) sendAccessRoutes() {
	s.api("POST", "/sends/access", sendRecipient, s.accessSend)
	s.api("POST", "/sends/access/file/{fileId}", sendRecipient, s.accessSendFile)
}

// sendRecipient wants a token that opens a Send.
func sendRecipient(c *call) error {
	if err := c.authenticate(); err != nil {
		return err
	}
	if !c.token.hasScope(sendScope) {
		return forbiddenEmpty()
	}
	return nil
}

// accessID is the form of a Send's id in links: its bytes in .NET's order, base64url.
func accessID(id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return "" // ids are of our own making
	}
	return b64url(swapGUID(parsed[:]))
}

// sendIDOf reads an access id.
func sendIDOf(accessID string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(accessID, "="))
	if err != nil || len(raw) != 16 {
		return "", false
	}
	return uuid.UUID(swapGUID(raw)).String(), true
}

// swapGUID turns between .NET's order of bytes, in which the first three groups are little-endian, and the written one.
func swapGUID(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b[0:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
	return b
}

// isOpen tells whether a Send may be read now.
func (x *send) isOpen(now time.Time) bool {
	return !x.Disabled && now.Before(x.DeletionDate) && (x.ExpirationDate == nil || now.Before(*x.ExpirationDate)) &&
		(x.MaxAccessCount == nil || x.AccessCount < *x.MaxAccessCount)
}

// sendAccessGrant gives a recipient the token of a Send.
func (s *Server) sendAccessGrant(_ *call, form url.Values) (oauthBody, error) {
	if _, err := scopes(form, sendScope); err != nil {
		return nil, err
	}
	if form.Get("send_id") == "" {
		return nil, sendAccessError("invalid_request", "send_id is required.", "send_id_required")
	}
	id, ok := sendIDOf(form.Get("send_id"))
	if !ok {
		return nil, sendAccessError("invalid_grant", "send_id is invalid.", "send_id_invalid")
	}
	x := s.store.sends.get(id)
	if x == nil || !x.isOpen(s.now()) {
		return nil, sendAccessError("invalid_grant", "send_id_invalid", "send_id_invalid")
	}
	if err := s.proven(x, form); err != nil {
		return nil, err
	}
	token := s.issue(claims{ClientID: "send", Scope: []string{sendScope}, Send: x.ID}, sendTokenLife)
	return oauthBody{
		"access_token": token, "expires_in": int(sendTokenLife.Seconds()), "token_type": "Bearer", "scope": sendScope,
	}, nil
}

func sendAccessError(code, description, kind string) error {
	return &apiError{status: http.StatusBadRequest, body: oauthBody{
		"error": code, "error_description": description, "send_access_error_type": kind,
	}}
}

// proven checks what a Send wants of its recipient.
func (s *Server) proven(x *send, form url.Values) error {
	switch x.AuthType {
	case sendPassword:
		hash := form.Get("password_hash_b64")
		if hash == "" {
			return sendAccessError("invalid_request", "password_hash_b64 is required.", "password_hash_b64_required")
		}
		if x.Password == nil || storedPassword(hash) != *x.Password {
			return sendAccessError("invalid_grant", "password_hash_b64 is invalid.", "password_hash_b64_invalid")
		}
	case sendEmails:
		return s.provenByMail(x, strings.ToLower(form.Get("email")), form.Get("otp"))
	}
	return nil
}

// provenByMail mails a code at the first call; it answers the same for addresses that the Send is not for.
func (s *Server) provenByMail(x *send, email, otp string) error {
	switch {
	case email == "":
		return sendAccessError("invalid_request", "email is required.", "email_required")
	case otp == "":
		if slices.Contains(x.emailsOf(), email) {
			s.mailCode(x, email)
		}
		return sendAccessError("invalid_request", "email and otp are required.", "email_and_otp_required")
	case x.OTPs[email] != otp:
		return sendAccessError("invalid_grant", "email otp is invalid.", "otp_invalid")
	}
	delete(x.OTPs, email)
	return nil
}

func (s *Server) mailCode(x *send, email string) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return // it never fails
	}
	if x.OTPs == nil {
		x.OTPs = map[string]string{}
	}
	x.OTPs[email] = fmt.Sprintf("%06d", n)
	s.sendMail(email, "Your Bitwarden Send verification code is "+x.OTPs[email],
		"Your verification code: "+x.OTPs[email])
}

// openSend is the Send of the caller's token, if it may still be read: else 404.
func (s *Server) openSend(c *call) (*send, error) {
	x := s.store.sends.get(c.token.Send)
	if x == nil || !x.isOpen(s.now()) {
		return nil, notFound()
	}
	return x, nil
}

// accessSend counts an access, but for files, which are counted when they are downloaded.
func (s *Server) accessSend(c *call) (any, error) {
	x, err := s.openSend(c)
	if err != nil {
		return nil, err
	}
	if x.Type == sendOfText {
		x.AccessCount++
	}
	var creator any
	if u := s.store.users.get(x.UserID); u != nil && !x.HideEmail {
		creator = u.Email
	}
	return obj{
		"id": accessID(x.ID), "type": x.Type, "authType": x.AuthType, "name": x.Name, "file": sendFileBody(x.File),
		"text": x.Text, "data": nil, "expirationDate": x.ExpirationDate, "creatorIdentifier": creator,
		"object": "send-access",
	}, nil
}

func (s *Server) accessSendFile(c *call) (any, error) {
	x, err := s.openSend(c)
	if err != nil {
		return nil, err
	}
	if x.File == nil || x.File.ID != c.values["fileId"] {
		return nil, notFound()
	}
	x.AccessCount++
	return obj{"id": x.File.ID, "url": s.downloadAddress(x.File), "object": "send-fileDownload"}, nil
}
