// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package bitwarden

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// SendType is what a Send holds.
type SendType string

// The types of Sends. A server may have others, which this client neither makes nor changes.
const (
	SendText SendType = "text"
	SendFile SendType = "file"
)

// Numbers of the server (SendType, AuthType).
const (
	sendOfText = 0
	sendOfFile = 1
	sendOfItem = 2

	sendForEmails   = 0
	sendForPassword = 1
	sendForAnybody  = 2
)

// SendLifetime is the furthest that the deletion of a Send may lie ahead.
const SendLifetime = 31 * 24 * time.Hour

// Send is a Send of the acting account (GET /sends), without its content and its link.
type Send struct {
	ID       string
	AccessID string // The id's form in links.
	Type     SendType

	SendSettings

	// Link opens the Send; see SendLink. Lists leave it out.
	Link     string
	FileName string
	// FileSize is the size in bytes of the encrypted file.
	FileSize    int64
	AccessCount int64
	Revision    time.Time
	// TextDigest is SendDigest of the text, empty for other types.
	TextDigest string
	// PasswordMark stands for the password that the server has, which only its hash is known of. It is empty without a
	// password and changes with it.
	PasswordMark string
}

// SendSettings are what can be changed of any Send.
type SendSettings struct {
	Name, Notes    string
	Hidden         bool // The text is shown only when the recipient asks for it.
	MaxAccessCount *int64
	Expiration     *time.Time
	Deletion       time.Time
	Disabled       bool
	HideEmail      bool
	// Emails are the addresses whose owners may open the Send, in lower case and sorted. They exclude a password.
	Emails []string
}

// sendCache are the Sends of the account.
type sendCache struct {
	slot slot
	rows map[string]wireSend // by id; shared, never changed
}

// vaultCache is the address of the web vault.
type vaultCache struct {
	slot slot
	url  string
}

type wireSend struct {
	ID             string     `json:"id"`
	AccessID       string     `json:"accessId"`
	Type           int        `json:"type"`
	AuthType       int        `json:"authType"`
	Key            string     `json:"key"`
	Name           string     `json:"name"`
	Notes          string     `json:"notes"`
	Text           *wireText  `json:"text"`
	File           *wireFile  `json:"file"`
	MaxAccessCount *int64     `json:"maxAccessCount"`
	AccessCount    int64      `json:"accessCount"`
	Password       string     `json:"password"`
	Emails         string     `json:"emails"`
	Disabled       bool       `json:"disabled"`
	HideEmail      bool       `json:"hideEmail"`
	RevisionDate   time.Time  `json:"revisionDate"`
	ExpirationDate *time.Time `json:"expirationDate"`
	DeletionDate   time.Time  `json:"deletionDate"`
}

type wireText struct {
	Text   string `json:"text"`
	Hidden bool   `json:"hidden"`
}

type wireFile struct {
	ID       string `json:"id,omitempty"`
	FileName string `json:"fileName"`
	Size     string `json:"size,omitempty"`
}

// sendRows lists the Sends by id: one request per run, shared. The map is shared too: do not change it.
func (c *Client) sendRows(ctx context.Context) (map[string]wireSend, error) {
	var rows map[string]wireSend
	err := c.sends.slot.read(ctx, func(ctx context.Context) (func(), error) {
		list, err := getJSON[struct {
			Data []wireSend `json:"data"`
		}](ctx, c, "/sends")
		byID := make(map[string]wireSend, len(list.Data))
		for _, row := range list.Data {
			byID[row.ID] = row
		}
		return func() { c.sends.rows = byID }, err
	}, func() { rows = c.sends.rows })
	return rows, err
}

// patchSends changes the list after a write of ours.
func (c *Client) patchSends(change func(rows map[string]wireSend)) {
	c.sends.slot.patch(func() {
		rows := maps.Clone(c.sends.rows)
		change(rows)
		c.sends.rows = rows
	})
}

// Sends lists the Sends of the acting account by name. A Send that does not decrypt has no name; it fails nothing.
func (c *Client) Sends(ctx context.Context) ([]Send, error) {
	rows, err := c.sendRows(ctx)
	if err != nil {
		return nil, err
	}
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return nil, err
	}
	sends := make([]Send, 0, len(rows))
	for _, row := range rows {
		s, err := row.open(account.UserKey)
		if err != nil {
			s = row.plain()
		}
		sends = append(sends, *s)
	}
	slices.SortFunc(sends, func(a, b Send) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return sends, nil
}

// Send returns one Send of the acting account, or a *NotFoundError.
func (c *Client) Send(ctx context.Context, id string) (*Send, error) {
	rows, err := c.sendRows(ctx)
	if err != nil {
		return nil, err
	}
	row, ok := rows[id]
	if !ok {
		return nil, &NotFoundError{Kind: "Send", ID: id}
	}
	return c.openSend(ctx, row)
}

func (c *Client) openSend(ctx context.Context, row wireSend) (*Send, error) {
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return nil, err
	}
	s, err := row.open(account.UserKey)
	if err != nil {
		return nil, fmt.Errorf("the Send %s cannot be decrypted: %w", row.ID, err)
	}
	s.Link, err = c.sendLink(ctx, row)
	return s, err
}

// plain is what can be read of a Send without its key.
func (row wireSend) plain() *Send {
	s := &Send{
		ID: row.ID, AccessID: row.AccessID, Type: sendTypeOf(row.Type), AccessCount: row.AccessCount,
		Revision: row.RevisionDate,
		SendSettings: SendSettings{
			MaxAccessCount: row.MaxAccessCount, Expiration: row.ExpirationDate, Deletion: row.DeletionDate,
			Disabled: row.Disabled, HideEmail: row.HideEmail, Emails: splitEmails(row.Emails),
		},
	}
	if row.Text != nil {
		s.Hidden = row.Text.Hidden
	}
	if row.File != nil {
		s.FileSize, _ = strconv.ParseInt(row.File.Size, 10, 64)
	}
	return s
}

// open decrypts a Send. The text itself is digested only.
func (row wireSend) open(userKey crypto.SymmetricKey) (*Send, error) {
	s := row.plain()
	sendKey, err := userKey.UnwrapSendKey(row.Key)
	if err != nil {
		return nil, err
	}
	key := sendKey.Key()
	texts := []struct {
		from string
		to   *string
	}{{row.Name, &s.Name}, {row.Notes, &s.Notes}}
	if row.File != nil {
		texts = append(texts, struct {
			from string
			to   *string
		}{row.File.FileName, &s.FileName})
	}
	for _, text := range texts {
		if text.from == "" {
			continue
		}
		if *text.to, err = key.DecryptString(text.from); err != nil {
			return nil, err
		}
	}
	if row.Type == sendOfText && row.Text != nil {
		text, err := row.text(key)
		if err != nil {
			return nil, err
		}
		s.TextDigest = digest(userKey, row.ID, "text", text)
	}
	if row.AuthType == sendForPassword {
		s.PasswordMark = digest(userKey, row.ID, "mark", row.Password)
	}
	return s, nil
}

func (row wireSend) text(key crypto.SymmetricKey) (string, error) {
	if row.Text.Text == "" {
		return "", nil
	}
	return key.DecryptString(row.Text.Text)
}

func sendTypeOf(number int) SendType {
	switch number {
	case sendOfText:
		return SendText
	case sendOfFile:
		return SendFile
	case sendOfItem:
		return "item"
	default:
		return SendType(fmt.Sprintf("unknown (%d)", number))
	}
}

// splitEmails reads the server's list, which is nil when it is empty.
func splitEmails(list string) []string {
	emails := strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(emails)
	return emails
}

// digest is HMAC-SHA-256 under a key that is derived from the account's: it tells nothing to anybody else, and is
// another one for each Send and kind of content.
func digest(userKey crypto.SymmetricKey, sendID, kind, content string) string {
	sum, _ := digestOf(userKey, sendID, kind, strings.NewReader(content)) // reading a text never fails
	return sum
}

func digestOf(userKey crypto.SymmetricKey, sendID, kind string, content io.Reader) (string, error) {
	mac := hmac.New(sha256.New, userKey.Derive("send digest"))
	_, _ = io.WriteString(mac, kind+"\x00"+sendID+"\x00")
	if _, err := io.Copy(mac, content); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// SendDigest is a keyed digest of a Send's content of a kind: "text", "password" or "file". Whoever does not have the
// account's key can neither make one nor guess what it is of.
func (c *Client) SendDigest(ctx context.Context, id, kind string, content io.Reader) (string, error) {
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return "", err
	}
	return digestOf(account.UserKey, id, kind, content)
}

// SendLink is the link that opens a Send. It holds the Send's key: who has it needs nothing else, but for the password
// if there is one.
func (c *Client) SendLink(ctx context.Context, id string) (string, error) {
	rows, err := c.sendRows(ctx)
	if err != nil {
		return "", err
	}
	row, ok := rows[id]
	if !ok {
		return "", &NotFoundError{Kind: "Send", ID: id}
	}
	return c.sendLink(ctx, row)
}

func (c *Client) sendLink(ctx context.Context, row wireSend) (string, error) {
	account, _, err := c.unlocked(ctx)
	if err != nil {
		return "", err
	}
	key, err := account.UserKey.UnwrapSendKey(row.Key)
	if err != nil {
		return "", fmt.Errorf("the Send %s cannot be decrypted: %w", row.ID, err)
	}
	vault, err := c.vaultURL(ctx)
	if err != nil {
		return "", err
	}
	return sendLink(vault, row.AccessID, key), nil
}

// cloudVault is the web vault whose links have a shorter form.
const cloudVault = "https://vault.bitwarden.com"

func sendLink(vault, accessID string, key crypto.SendKey) string {
	base := vault + "/#/send/"
	if vault == cloudVault {
		base = "https://send.bitwarden.com/#"
	}
	return base + accessID + "/" + key.ExposeURLKey()
}

// vaultURL is where the server says that its web vault is, without a slash at the end (GET /config).
func (c *Client) vaultURL(ctx context.Context) (string, error) {
	var vault string
	err := c.vault.slot.read(ctx, func(ctx context.Context) (func(), error) {
		config, err := getJSON[struct {
			Environment struct {
				Vault string `json:"vault"`
			} `json:"environment"`
		}](ctx, c, "/config")
		found := strings.TrimRight(config.Environment.Vault, "/")
		if found == "" {
			found = strings.TrimSuffix(c.config.APIURL, "/api")
		}
		return func() { c.vault.url = found }, err
	}, func() { vault = c.vault.url })
	return vault, err
}

// AccountID is the id of the acting user.
func (c *Client) AccountID(ctx context.Context) (string, error) {
	profile, err := c.readProfile(ctx)
	return profile.ID, err
}

// CheckSend tells, as an *InputError, what the account may not have: files and e-mail gates take premium, and files a
// verified address as well.
func (c *Client) CheckSend(ctx context.Context, file, emails bool) error {
	if !file && !emails {
		return nil
	}
	profile, err := c.readProfile(ctx)
	if err != nil {
		return err
	}
	var field string
	lacks := "has no premium"
	remedy := "Use an account with premium, of its own or as a member of a Teams or Enterprise organization"
	switch {
	case file && !profile.hasPremium():
		field, remedy = "file", remedy+", or text_wo."
	case emails && !profile.hasPremium():
		field, remedy = "emails", remedy+", or password_wo."
	case file && !profile.EmailVerified:
		field, lacks, remedy = "file", "has not verified its address", "Verify it in the web vault."
	default:
		return nil
	}
	return &InputError{field, fmt.Sprintf("The account %s %s, which this needs", profile.Email, lacks), remedy}
}

func (p wireProfile) hasPremium() bool { return p.Premium || p.PremiumFromOrganization }

// DeleteSend deletes a Send; one that is gone is a success.
func (c *Client) DeleteSend(ctx context.Context, id string) error {
	err := c.do(ctx, &call{method: http.MethodDelete, route: "/sends/{id}", args: []string{id}})
	if hasStatus(err, http.StatusNotFound) {
		c.sends.slot.empty()
		if _, look := c.Send(ctx, id); IsNotFound(look) {
			err = nil
		}
	}
	if err == nil {
		c.patchSends(func(rows map[string]wireSend) { delete(rows, id) })
	}
	return err
}
