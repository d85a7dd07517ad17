// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// Types of items whose handling differs.
const (
	itemLogin         = 1
	itemSSHKey        = 5
	itemBankAccount   = 6
	fieldHidden       = 1
	itemDataMaximum   = 500_000
	itemStringMaximum = 1000
)

// itemContent is what is encrypted in an item. Exactly one of the typed parts is used; the server stores the fields in
// this order.
type itemContent struct {
	Name            string        `json:"name"`
	Notes           *string       `json:"notes"`
	Fields          []itemField   `json:"fields"`
	PasswordHistory []oldPassword `json:"passwordHistory"`

	Login          *itemLoginPart    `json:"login"`
	SecureNote     *itemNotePart     `json:"secureNote"`
	Card           *itemCardPart     `json:"card"`
	Identity       *itemIdentityPart `json:"identity"`
	SSHKey         *itemSSHKeyPart   `json:"sshKey"`
	BankAccount    *itemBankPart     `json:"bankAccount"`
	DriversLicense *itemLicensePart  `json:"driversLicense"`
	Passport       *itemPassportPart `json:"passport"`
}

type itemField struct {
	Type     enum    `json:"type"`
	Name     *string `json:"name"`
	Value    *string `json:"value"`
	LinkedID *int    `json:"linkedId"`
}

type oldPassword struct {
	Password     *string   `json:"password"`
	LastUsedDate time.Time `json:"lastUsedDate"`
}

type itemLoginPart struct {
	URIs                 []itemURI    `json:"uris"`
	Username             *string      `json:"username"`
	Password             *string      `json:"password"`
	PasswordRevisionDate *time.Time   `json:"passwordRevisionDate"`
	Totp                 *string      `json:"totp"`
	AutofillOnPageLoad   *bool        `json:"autofillOnPageLoad"`
	Fido2Credentials     []fido2Login `json:"fido2Credentials"`
}

type itemURI struct {
	URI         *string `json:"uri"`
	URIChecksum *string `json:"uriChecksum"`
	Match       *enum   `json:"match"`
}

type fido2Login struct {
	CredentialID    *string   `json:"credentialId"`
	KeyType         *string   `json:"keyType"`
	KeyAlgorithm    *string   `json:"keyAlgorithm"`
	KeyCurve        *string   `json:"keyCurve"`
	KeyValue        *string   `json:"keyValue"`
	RpID            *string   `json:"rpId"`
	RpName          *string   `json:"rpName"`
	UserHandle      *string   `json:"userHandle"`
	UserName        *string   `json:"userName"`
	UserDisplayName *string   `json:"userDisplayName"`
	Counter         *string   `json:"counter"`
	Discoverable    *string   `json:"discoverable"`
	CreationDate    time.Time `json:"creationDate"`
}

type itemNotePart struct {
	Type enum `json:"type"`
}

type itemCardPart struct {
	CardholderName *string `json:"cardholderName"`
	Brand          *string `json:"brand"`
	Number         *string `json:"number"`
	ExpMonth       *string `json:"expMonth"`
	ExpYear        *string `json:"expYear"`
	Code           *string `json:"code"`
}

type itemIdentityPart struct {
	Title          *string `json:"title"`
	FirstName      *string `json:"firstName"`
	MiddleName     *string `json:"middleName"`
	LastName       *string `json:"lastName"`
	Address1       *string `json:"address1"`
	Address2       *string `json:"address2"`
	Address3       *string `json:"address3"`
	City           *string `json:"city"`
	State          *string `json:"state"`
	PostalCode     *string `json:"postalCode"`
	Country        *string `json:"country"`
	Company        *string `json:"company"`
	Email          *string `json:"email"`
	Phone          *string `json:"phone"`
	SSN            *string `json:"ssn"`
	Username       *string `json:"username"`
	PassportNumber *string `json:"passportNumber"`
	LicenseNumber  *string `json:"licenseNumber"`
}

type itemSSHKeyPart struct {
	PrivateKey     *string `json:"privateKey"`
	PublicKey      *string `json:"publicKey"`
	KeyFingerprint *string `json:"keyFingerprint"`
}

type itemBankPart struct {
	BankName         *string `json:"bankName"`
	NameOnAccount    *string `json:"nameOnAccount"`
	AccountType      *string `json:"accountType"`
	AccountNumber    *string `json:"accountNumber"`
	RoutingNumber    *string `json:"routingNumber"`
	BranchNumber     *string `json:"branchNumber"`
	Pin              *string `json:"pin"`
	SwiftCode        *string `json:"swiftCode"`
	Iban             *string `json:"iban"`
	BankContactPhone *string `json:"bankContactPhone"`
}

type itemLicensePart struct {
	FirstName        *string `json:"firstName"`
	MiddleName       *string `json:"middleName"`
	LastName         *string `json:"lastName"`
	DateOfBirth      *string `json:"dateOfBirth"`
	LicenseNumber    *string `json:"licenseNumber"`
	IssuingCountry   *string `json:"issuingCountry"`
	IssuingState     *string `json:"issuingState"`
	IssueDate        *string `json:"issueDate"`
	ExpirationDate   *string `json:"expirationDate"`
	IssuingAuthority *string `json:"issuingAuthority"`
	LicenseClass     *string `json:"licenseClass"`
}

type itemPassportPart struct {
	Surname                      *string `json:"surname"`
	GivenName                    *string `json:"givenName"`
	DateOfBirth                  *string `json:"dateOfBirth"`
	Sex                          *string `json:"sex"`
	BirthPlace                   *string `json:"birthPlace"`
	Nationality                  *string `json:"nationality"`
	IssuingCountry               *string `json:"issuingCountry"`
	PassportNumber               *string `json:"passportNumber"`
	PassportType                 *string `json:"passportType"`
	NationalIdentificationNumber *string `json:"nationalIdentificationNumber"`
	IssuingAuthority             *string `json:"issuingAuthority"`
	IssueDate                    *string `json:"issueDate"`
	ExpirationDate               *string `json:"expirationDate"`
}

// parts are pointers to the typed parts, by type of item.
func (ct *itemContent) parts() map[int]any {
	return map[int]any{
		itemLogin: &ct.Login, 2: &ct.SecureNote, 3: &ct.Card, 4: &ct.Identity, itemSSHKey: &ct.SSHKey,
		itemBankAccount: &ct.BankAccount, 7: &ct.DriversLicense, 8: &ct.Passport,
	}
}

// stored renders the content as the server keeps it: the typed part and the rest in one object. False if the part that
// the type wants is missing.
func (ct *itemContent) stored(itemType int) (string, bool) {
	part := dotnetJSON(ct.parts()[itemType])
	if part == "null" {
		return "", false
	}
	rest := dotnetJSON(struct {
		Name            string        `json:"name"`
		Notes           *string       `json:"notes"`
		Fields          []itemField   `json:"fields"`
		PasswordHistory []oldPassword `json:"passwordHistory"`
	}{ct.Name, ct.Notes, ct.Fields, ct.PasswordHistory})
	if part == "{}" {
		return rest, true
	}
	return strings.TrimSuffix(part, "}") + "," + strings.TrimPrefix(rest, "{"), true
}

// contentOf reads what the server keeps. A text that is none of its own objects leaves everything empty: newer clients
// store one sealed envelope.
func contentOf(itemType int, stored string) itemContent {
	ct := itemContent{}
	part, ok := ct.parts()[itemType]
	if !ok || decodeJSON([]byte(stored), &ct) != nil {
		return itemContent{}
	}
	_ = decodeJSON([]byte(stored), part) // the same document, which is JSON
	return ct
}

// keepHidden takes over from the stored content what a member who may not see passwords cannot change.
func (ct *itemContent) keepHidden(old *itemContent) {
	isHidden := func(f itemField) bool { return f.Type == fieldHidden }
	ct.Fields = slices.DeleteFunc(slices.Clone(ct.Fields), isHidden)
	for _, f := range old.Fields {
		if isHidden(f) {
			ct.Fields = append(ct.Fields, f)
		}
	}
	if ct.Login != nil && old.Login != nil {
		ct.Login.Password, ct.Login.Totp = old.Login.Password, old.Login.Totp
		ct.Login.Fido2Credentials = old.Login.Fido2Credentials
	}
}

// itemRequest is an item as clients send it.
type itemRequest struct {
	ID                    *guid      `json:"id"`
	Type                  enum       `json:"type"`
	OrganizationID        string     `json:"organizationId"`
	FolderID              string     `json:"folderId"`
	Favorite              bool       `json:"favorite"`
	Reprompt              enum       `json:"reprompt"`
	Key                   *string    `json:"key"`
	Data                  *string    `json:"data"` // the content as the server stores it, instead of the typed one
	EncryptedFor          *guid      `json:"encryptedFor"`
	LastKnownRevisionDate *time.Time `json:"lastKnownRevisionDate"`
	ArchivedDate          *time.Time `json:"archivedDate"`
	itemContent
}

func (r *itemRequest) validate(p problems) { r.check(p, "") }

// check adds what is wrong, with the place of the item in the request before each key.
func (r *itemRequest) check(p problems, place string) {
	own := problems{}
	if r.Data == nil {
		own.required("Name", r.Name)
	} else {
		own.exceeds("Data", *r.Data, itemDataMaximum)
	}
	own.stringLength("OrganizationId", r.OrganizationID, 36)
	own.encryptedContent(&r.itemContent)
	for key, texts := range own {
		p[place+key] = append(p[place+key], texts...)
	}
}

// Texts in the content that are not encrypted, and those that may be longer than usual.
var (
	plainItemTexts = map[string]bool{"PasswordRevisionDate": true, "LastUsedDate": true, "CreationDate": true}
	longItemTexts  = map[string]int{
		"Notes": 10_000, "Uri": 10_000, "UriChecksum": 10_000, "Value": 5000, "Password": 5000, "PrivateKey": 5000,
		"PublicKey": 5000,
	}
)

// encryptedContent checks all texts of an item, each under its path.
func (p problems) encryptedContent(content *itemContent) {
	raw, err := json.Marshal(content)
	if err != nil {
		return // plain data
	}
	var tree any
	if json.Unmarshal(raw, &tree) == nil {
		p.encryptedTree("", "", tree)
	}
}

func (p problems) encryptedTree(path, name string, tree any) {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			below := dotnetPropertyName(key)
			p.encryptedTree(strings.TrimPrefix(path+"."+below, "."), below, value)
		}
	case []any:
		for i, value := range node {
			p.encryptedTree(fmt.Sprintf("%s[%d]", path, i), name, value)
		}
	case string:
		if plainItemTexts[name] {
			return
		}
		maximum := itemStringMaximum
		if long := longItemTexts[name]; long != 0 {
			maximum = long
		}
		found := problems{}
		found.encString(name, node, maximum)
		if texts := found[name]; texts != nil {
			p[path] = append(p[path], texts...)
		}
	}
}

// dotnetPropertyName is the server's own spelling of a JSON name.
func dotnetPropertyName(name string) string {
	if name == "ssn" {
		return "SSN"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// dotnetJSON renders a value as the server writes objects into its database: names in Pascal case, nulls left out and
// everything escaped that .NET escapes.
func dotnetJSON(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return "null" // plain data
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	w := dotnetWriter{decoder: decoder}
	w.value(w.next())
	return w.out.String()
}

// dotnetWriter rewrites a document token by token.
type dotnetWriter struct {
	decoder *json.Decoder
	out     strings.Builder
}

func (w *dotnetWriter) next() json.Token {
	token, _ := w.decoder.Token() // of a document that json.Marshal wrote
	return token
}

func (w *dotnetWriter) value(token json.Token) {
	switch t := token.(type) {
	case nil:
		w.out.WriteString("null")
	case string:
		w.text(t)
	case json.Delim:
		w.out.WriteString(t.String())
		w.members(t == '{')
		fmt.Fprint(&w.out, w.next())
	default:
		fmt.Fprint(&w.out, t)
	}
}

// members writes what an object or array holds.
func (w *dotnetWriter) members(named bool) {
	for first := true; w.decoder.More(); {
		var name json.Token
		if named {
			name = w.next()
		}
		value := w.next()
		if named && value == nil {
			continue
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		if name, ok := name.(string); ok {
			w.text(dotnetPropertyName(name))
			w.out.WriteByte(':')
		}
		w.value(value)
	}
}

// shortEscapes are the characters with an escape of their own.
var shortEscapes = map[rune]string{'\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func (w *dotnetWriter) text(s string) {
	w.out.WriteByte('"')
	for _, r := range s {
		short, ok := shortEscapes[r]
		switch {
		case ok:
			w.out.WriteString(short)
		case r < ' ' || r > '~' || strings.ContainsRune("\"&'<>+`", r):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&w.out, `\u%04X`, unit)
			}
		default:
			w.out.WriteRune(r)
		}
	}
	w.out.WriteByte('"')
}
