// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// Export is the contents of an export file in plain. Items are as Item.Members.
type Export struct {
	Collections []Collection
	Items       []map[string]any
}

// Collection is a collection of an export.
type Collection struct {
	ID             string  `json:"id"`
	OrganizationID string  `json:"organizationId"`
	Name           string  `json:"name"`
	ExternalID     *string `json:"externalId"`
}

// exportFile is every kind of JSON export.
type exportFile struct {
	Encrypted         bool             `json:"encrypted"`
	PasswordProtected bool             `json:"passwordProtected,omitempty"`
	Salt              string           `json:"salt,omitempty"`
	KDFType           *crypto.KDFType  `json:"kdfType,omitempty"`
	KDFIterations     int              `json:"kdfIterations,omitempty"`
	KDFMemory         int              `json:"kdfMemory,omitempty"`
	KDFParallelism    int              `json:"kdfParallelism,omitempty"`
	Validation        string           `json:"encKeyValidation_DO_NOT_EDIT,omitempty"`
	Data              string           `json:"data,omitempty"`
	Collections       []Collection     `json:"collections,omitempty"`
	Items             []map[string]any `json:"items,omitempty"`
}

const opRead = "read export"

func malformed() error { return &crypto.Error{Kind: crypto.Malformed, Op: opRead} }

// Secrets opens an encrypted export. Which of the two is needed depends on the file.
type Secrets struct {
	Password        string
	OrganizationKey crypto.SymmetricKey
}

// ReadExport reads a JSON export: plain, encrypted with the organization key, or password protected. Items that cannot
// be read completely fail the whole. Folders, which exports of people have, are left out.
func ReadExport(file []byte, secrets Secrets) (Export, error) {
	f, err := parseExport(file)
	if err != nil {
		return Export{}, err
	}
	if f.PasswordProtected {
		plaintext, err := f.unprotect(secrets.Password)
		if err != nil {
			return Export{}, err
		}
		if f, err = parseExport(plaintext); err != nil {
			return Export{}, err
		}
		if f.Encrypted {
			return Export{}, malformed()
		}
	}
	if f.Encrypted {
		return f.decrypt(secrets.OrganizationKey)
	}
	if slices.ContainsFunc(f.Items, func(item map[string]any) bool { return item == nil }) {
		return Export{}, malformed()
	}
	return Export{Collections: f.Collections, Items: f.Items}, nil
}

func parseExport(file []byte) (exportFile, error) {
	var f exportFile
	if json.Unmarshal(file, &f) != nil {
		return exportFile{}, malformed()
	}
	return f, nil
}

// decrypt opens an export that is encrypted with the organization key.
func (f exportFile) decrypt(key crypto.SymmetricKey) (Export, error) {
	if _, err := key.DecryptString(f.Validation); err != nil {
		return Export{}, err
	}
	e := Export{}
	for _, c := range f.Collections {
		name, err := key.DecryptString(c.Name)
		if err != nil {
			return Export{}, err
		}
		c.Name = name
		e.Collections = append(e.Collections, c)
	}
	for i, stored := range f.Items {
		item, err := Open(stored, key)
		if err != nil {
			return Export{}, err
		}
		if len(item.Lost) > 0 {
			op := opRead + ": item " + strconv.Itoa(i) + ": " + item.Lost[0]
			return Export{}, &crypto.Error{Kind: crypto.AuthenticationFailed, Op: op}
		}
		e.Items = append(e.Items, item.Members)
	}
	return e, nil
}

// Unprotect opens a password protected export and returns the plain export in it, byte for byte. Parameters outside the
// bounds are KDFRefused before anything is computed.
func Unprotect(file []byte, password string) ([]byte, error) {
	f, err := parseExport(file)
	if err != nil {
		return nil, err
	}
	if !f.PasswordProtected {
		return nil, malformed()
	}
	return f.unprotect(password)
}

func (f exportFile) unprotect(password string) ([]byte, error) {
	if f.KDFType == nil || !f.Encrypted {
		return nil, malformed()
	}
	wrongPassword := &crypto.Error{Kind: crypto.WrongPassword, Op: opRead}
	if password == "" {
		return nil, wrongPassword
	}
	kdf := crypto.KDF{
		Type: *f.KDFType, Iterations: f.KDFIterations, MemoryMiB: f.KDFMemory, Parallelism: f.KDFParallelism,
	}
	key, err := kdf.DeriveKey(password, f.Salt)
	if err != nil {
		return nil, err
	}
	if _, err := key.DecryptString(f.Validation); crypto.IsKind(err, crypto.AuthenticationFailed) {
		return nil, wrongPassword
	} else if err != nil {
		return nil, err
	}
	plaintext, err := key.DecryptString(f.Data)
	if err != nil {
		return nil, err
	}
	return []byte(plaintext), nil
}

// JSON writes the plain export of an organization, byte for byte as the official clients do.
func (e Export) JSON() ([]byte, error) {
	return e.write(ordered{{"encrypted", false}}, false)
}

// Protect writes a password protected export.
func (e Export) Protect(password string, kdf crypto.KDF) ([]byte, error) {
	plaintext, err := e.JSON()
	if err != nil {
		return nil, err
	}
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails
	salt := base64.StdEncoding.EncodeToString(random)
	key, err := kdf.DeriveKey(password, salt)
	if err != nil {
		return nil, err
	}
	f := exportFile{
		Encrypted: true, PasswordProtected: true, Salt: salt, KDFType: &kdf.Type, KDFIterations: kdf.Iterations,
	}
	if kdf.Type == crypto.Argon2id {
		f.KDFMemory, f.KDFParallelism = kdf.MemoryMiB, kdf.Parallelism
	}
	if f.Validation, err = key.EncryptString(uuid.NewString()); err != nil {
		return nil, err
	}
	if f.Data, err = key.EncryptString(string(plaintext)); err != nil {
		return nil, err
	}
	return marshal(f)
}

// EncryptedJSON writes an export that is encrypted with the organization key. Here the names of collections and the
// items are as stored, that is encrypted.
func (e Export) EncryptedJSON(key crypto.SymmetricKey) ([]byte, error) {
	validation, err := key.EncryptString(uuid.NewString())
	if err != nil {
		return nil, err
	}
	return e.write(ordered{{"encrypted", true}, {"encKeyValidation_DO_NOT_EDIT", validation}}, true)
}

func (e Export) write(head ordered, encrypted bool) ([]byte, error) {
	items := make([]ordered, len(e.Items))
	for i, item := range e.Items {
		items[i] = order(item, layout, encrypted)
	}
	collections := e.Collections
	if collections == nil {
		collections = []Collection{}
	}
	return marshal(append(head, ordered{{"collections", collections}, {"items", items}}...))
}

// order picks the members that an export has, in its order. A member that is nil is left out, an empty list is not.
func order(in map[string]any, members []member, encrypted bool) ordered {
	out := ordered{}
	for _, m := range members {
		v := in[m.name]
		if m.kind == hidden || !encrypted && (m.kind == stored || m.kind == private) {
			continue
		}
		if m.kind == list && !encrypted {
			v = orderList(v, m.of, encrypted)
		}
		switch typed := v.(type) {
		case nil:
			continue
		case map[string]any:
			if m.of != nil {
				v = order(typed, m.of, encrypted)
			}
		case []any:
			if m.of != nil {
				v = orderList(typed, m.of, encrypted)
			}
		case string:
			if m.kind == date {
				v = withMilliseconds(typed)
			}
		}
		out = append(out, pair{m.name, v})
	}
	return out
}

func orderList(v any, members []member, encrypted bool) []ordered {
	elements, _ := v.([]any)
	out := []ordered{}
	for _, element := range elements {
		if o, isObject := element.(map[string]any); isObject {
			out = append(out, order(o, members, encrypted))
		}
	}
	return out
}

// withMilliseconds writes a time as JavaScript does. What is no time stays as it is.
func withMilliseconds(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// ordered is a JSON object that keeps its order.
type ordered []pair

type pair struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(p.name) + ":")
		value, err := marshal(p.value)
		if err != nil {
			return nil, err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal writes JSON as JSON.stringify does with two blanks of indentation.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, &crypto.Error{Kind: crypto.Malformed, Op: "write export"}
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
