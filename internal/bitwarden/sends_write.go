// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

const (
	// MaxSendText is how many bytes of UTF-8 a name, notes or a text may have: the server takes ciphertext of at most
	// 1000 characters, which is 43 blocks of which the last is never full.
	MaxSendText = 43*16 - 1
	// MaxSendFile is how many bytes a file may have.
	MaxSendFile = 500 << 20

	maxSendEmails = 4000
)

// NewSend is what creating a Send takes: a text, or a file with a name.
type NewSend struct {
	SendSettings

	Text     Secret
	FileName string // Empty: the Send holds the text.
	File     []byte
	Password Secret // Empty: none.
}

// SendUpdate changes a Send.
type SendUpdate struct {
	SendSettings

	Text *Secret // Nil keeps the text.
	// Password opens the Send from now on; empty: none does.
	Password Secret
	// KeepPassword keeps the password that the server has; Password is set only where it has none.
	KeepPassword bool
}

// sendBody is the body of POST and PUT.
type sendBody struct {
	Type           int        `json:"type"`
	AuthType       int        `json:"authType"`
	FileLength     *int64     `json:"fileLength,omitempty"`
	Name           string     `json:"name"`
	Notes          *string    `json:"notes"`
	Key            string     `json:"key"`
	MaxAccessCount *int64     `json:"maxAccessCount"`
	ExpirationDate *time.Time `json:"expirationDate"`
	DeletionDate   time.Time  `json:"deletionDate"`
	Text           *wireText  `json:"text"`
	File           *wireFile  `json:"file"`
	Password       *string    `json:"password"`
	Emails         *string    `json:"emails"`
	Disabled       bool       `json:"disabled"`
	HideEmail      bool       `json:"hideEmail"`
}

// check refuses what the server would refuse without saying which field, or cut.
func (s *SendSettings) check(text string) error {
	for _, field := range []struct{ name, value string }{{"name", s.Name}, {"notes", s.Notes}, {"text_wo", text}} {
		if len(field.value) > MaxSendText {
			return &InputError{
				field.name, fmt.Sprintf("It has %d bytes", len(field.value)), fmt.Sprintf("Use at most %d.", MaxSendText),
			}
		}
	}
	if len(strings.Join(s.Emails, ",")) > maxSendEmails {
		return &InputError{
			"emails", "The addresses are too many", fmt.Sprintf("Use at most %d characters of them.", maxSendEmails),
		}
	}
	return nil
}

// body encrypts the settings. Emails decide how recipients prove who they are; a password is up to the caller.
func (s *SendSettings) body(key crypto.SymmetricKey) (*sendBody, error) {
	body := &sendBody{
		AuthType: sendForAnybody, MaxAccessCount: s.MaxAccessCount, ExpirationDate: s.Expiration, DeletionDate: s.Deletion,
		Disabled: s.Disabled, HideEmail: s.HideEmail,
	}
	var err error
	if body.Name, err = key.EncryptString(s.Name); err != nil {
		return nil, err
	}
	if s.Notes != "" {
		notes, err := key.EncryptString(s.Notes)
		if err != nil {
			return nil, err
		}
		body.Notes = &notes
	}
	if len(s.Emails) > 0 {
		body.AuthType, body.Emails = sendForEmails, new(strings.Join(s.Emails, ","))
	}
	return body, nil
}

func (b *sendBody) protect(key crypto.SendKey, password Secret) error {
	hash, err := key.PasswordHash(password.reveal())
	if err != nil {
		return err
	}
	b.AuthType, b.Password = sendForPassword, &hash
	return nil
}

// CreateSend makes a Send (POST /sends, or POST /sends/file/v2 and an upload). A Send whose file cannot be uploaded is
// deleted again; if that fails too, it is returned together with the error.
func (c *Client) CreateSend(ctx context.Context, n NewSend) (*Send, error) {
	ctx, done := begin(ctx)
	defer done()
	if err := n.check(n.Text.reveal()); err != nil {
		return nil, err
	}
	if err := c.readAroundSends(ctx); err != nil {
		return nil, err
	}
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return nil, err
	}
	key, err := crypto.NewSendKey()
	if err != nil {
		return nil, err
	}
	body, err := n.body(key.Key())
	if err != nil {
		return nil, err
	}
	if body.Key, err = account.UserKey.WrapSendKey(key); err != nil {
		return nil, err
	}
	if !n.Password.IsEmpty() {
		if err := body.protect(key, n.Password); err != nil {
			return nil, err
		}
	}
	if n.FileName != "" {
		return c.createFileSend(ctx, n, key.Key(), body)
	}
	text, err := key.Key().EncryptString(n.Text.reveal())
	if err != nil {
		return nil, err
	}
	body.Text = &wireText{Text: text, Hidden: n.Hidden}
	var row wireSend
	if err := c.postSend(ctx, "/sends", body, &row, &row); err != nil {
		return nil, err
	}
	return c.openSend(ctx, row)
}

// readAroundSends reads what is wanted after a write: for the link, and whose it is. Nothing more is read when somebody
// has interrupted the run by then, and a Send of which nobody knows the link would be of no use.
func (c *Client) readAroundSends(ctx context.Context) error {
	if _, err := c.vaultURL(ctx); err != nil {
		return err
	}
	_, err := c.AccountID(ctx)
	return err
}

// postSend creates a Send once, and adds it to the list. The answer is decoded into answer, a part of which is row.
// After a lost answer the row is found by its key, which no other Send has; the rest of the answer stays as it was.
func (c *Client) postSend(ctx context.Context, route string, body *sendBody, answer any, row *wireSend) error {
	post := func() error {
		return c.do(ctx, &call{method: http.MethodPost, route: route, body: body, into: answer})
	}
	find := func() (bool, error) {
		c.sends.slot.empty()
		rows, err := c.sendRows(ctx)
		for _, candidate := range rows {
			if candidate.Key == body.Key {
				*row = candidate
				return true, nil
			}
		}
		return false, err
	}
	if _, err := c.create(ctx, post, find); err != nil {
		return err
	}
	made := *row
	c.patchSends(func(rows map[string]wireSend) { rows[made.ID] = made })
	return nil
}

// UpdateSend changes a Send (PUT /sends/{id}), which the server writes as a whole. The server silently keeps a password
// when it is sent another one, so the old one is removed before; the Send is disabled meanwhile, since nothing else
// would keep its link from opening it. An update of nothing sends nothing.
func (c *Client) UpdateSend(ctx context.Context, id string, u SendUpdate) (*Send, error) {
	text := ""
	if u.Text != nil {
		text = u.Text.reveal()
	}
	if err := u.check(text); err != nil {
		return nil, err
	}
	if err := c.readAroundSends(ctx); err != nil {
		return nil, err
	}
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return nil, err
	}
	ctx, leave, err := c.lanes.enter(ctx, "send/"+id)
	if err != nil {
		return nil, err
	}
	defer leave()
	row, current, err := c.freshSend(ctx, id)
	if err != nil {
		return nil, err
	}
	key, err := account.UserKey.UnwrapSendKey(row.Key)
	if err != nil {
		return nil, err
	}
	body, err := u.body(key.Key())
	if err != nil {
		return nil, err
	}
	body.Type, body.Key, body.File = row.Type, row.Key, row.File
	changed := !u.equal(current.SendSettings)
	if row.Text != nil {
		body.Text = &wireText{Text: row.Text.Text, Hidden: u.Hidden}
	}
	if row.Text != nil && u.Text != nil && digest(account.UserKey, id, "text", text) != current.TextDigest {
		changed = true
		if body.Text.Text, err = key.Key().EncryptString(text); err != nil {
			return nil, err
		}
	}
	switch has := row.AuthType == sendForPassword; {
	case has && u.KeepPassword:
		body.AuthType = sendForPassword
	case !u.Password.IsEmpty():
		changed = true
		if err := body.protect(key, u.Password); err != nil {
			return nil, err
		}
		if has {
			if err := c.removePassword(ctx, id, *body); err != nil {
				return nil, err
			}
		}
	case has:
		changed = true
	}
	if changed {
		if row, err = c.putSend(ctx, id, body); err != nil {
			return nil, err
		}
	}
	c.patchSends(func(rows map[string]wireSend) { rows[id] = row })
	return c.openSend(ctx, row)
}

// freshSend reads a Send just before it is written as a whole.
func (c *Client) freshSend(ctx context.Context, id string) (wireSend, *Send, error) {
	row, err := getJSON[wireSend](ctx, c, "/sends/{id}", id)
	if hasStatus(err, http.StatusNotFound) {
		c.sends.slot.empty()
		if _, look := c.Send(ctx, id); look != nil {
			err = look
		}
	}
	if err != nil {
		return row, nil, err
	}
	current, err := c.openSend(ctx, row)
	return row, current, err
}

// removePassword takes the password off a Send that is about to get another one. Everything else of body is written
// with the first request, so that what the server refuses of it leaves the password on.
func (c *Client) removePassword(ctx context.Context, id string, body sendBody) error {
	body.Disabled, body.Password = true, nil
	if _, err := c.putSend(ctx, id, &body); err != nil {
		return err
	}
	return c.do(ctx, &call{method: http.MethodPut, route: "/sends/{id}/remove-auth", args: []string{id}})
}

// putSend writes a Send. What fails may have been executed: the list is read anew then.
func (c *Client) putSend(ctx context.Context, id string, body *sendBody) (wireSend, error) {
	var row wireSend
	err := c.do(ctx, &call{method: http.MethodPut, route: "/sends/{id}", args: []string{id}, body: body, into: &row})
	if err != nil {
		c.sends.slot.empty()
	}
	return row, err
}

func (s *SendSettings) equal(o SendSettings) bool {
	return s.Name == o.Name && s.Notes == o.Notes && s.Hidden == o.Hidden && s.Disabled == o.Disabled &&
		s.HideEmail == o.HideEmail && slices.Equal(s.Emails, o.Emails) && s.Deletion.Equal(o.Deletion) &&
		equalOrNil(s.MaxAccessCount, o.MaxAccessCount, func(a, b int64) bool { return a == b }) &&
		equalOrNil(s.Expiration, o.Expiration, time.Time.Equal)
}

func equalOrNil[T any](a, b *T, equal func(a, b T) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	return equal(*a, *b)
}
