// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
)

// vectorFiles are the known answers about items and exports; package crypto checks the others and counts all.
var vectorFiles = []string{"attachment.json", "cipher-blob.json", "cipher.json", "export.json"}

type vector struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Inputs   json.RawMessage `json:"inputs"`
	Expected json.RawMessage `json:"expected"`
}

func readVectors(t *testing.T, file string) []vector {
	t.Helper()
	var content struct {
		Vectors []vector `json:"vectors"`
	}
	b := ok(os.ReadFile(filepath.Join("..", "testdata", file)))(t)
	if err := json.Unmarshal(b, &content); err != nil {
		t.Fatal(err)
	}
	return content.Vectors
}

func findVector(t *testing.T, file, name string) vector {
	t.Helper()
	for _, v := range readVectors(t, file) {
		if v.Name == name {
			return v
		}
	}
	t.Fatalf("%s has no vector %q", file, name)
	return vector{}
}

// handlers check the vectors, by kind.
var handlers = map[string]func(*testing.T, vector){
	"attachment":        checkAttachment,
	"fileBuffer":        checkFileBuffer,
	"sizeName":          checkSizeName,
	"decryptBlobCipher": checkDecryptBlobCipher,
	"dataEnvelope":      checkDataEnvelope,
	"sealedBlob":        checkSealedBlob,
	"decryptCipher":     checkDecryptCipher,
	"decryptCipherUris": checkDecryptCipherURIs,
	"decryptFido2":      checkDecryptFIDO2,
	"decryptFields":     checkDecryptFields,
	"createRequest":     checkCreateRequest,
	"importRequest":     checkImportRequest,
	"plainExport":       checkPlainExport,
	"csvExport":         checkCSVExport,
	"encryptedExport":   checkEncryptedExport,
	"passwordExport":    checkPasswordExport,
}

func TestVectors(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, file := range vectorFiles {
		vectors := readVectors(t, file)
		t.Logf("%-18s %3d", file, len(vectors))
		for _, v := range vectors {
			used[v.Kind] = true
			check, known := handlers[v.Kind]
			if !known {
				t.Fatalf("%s: no test for the kind %q of vector %q", file, v.Kind, v.Name)
			}
			t.Run(strings.TrimSuffix(file, ".json")+"/"+v.Kind+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				check(t, v)
			})
		}
	}
	for kind := range handlers {
		if !used[kind] {
			t.Errorf("no vector of the kind %q", kind)
		}
	}
}

// decode decodes a part of a vector. A member that the test does not know fails it, so nothing stated goes unchecked.
func decode[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// ok unwraps a result that must not fail: ok(f())(t).
func ok[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func key(t *testing.T, encoded []byte) crypto.SymmetricKey {
	t.Helper()
	return ok(crypto.ParseSymmetricKey(encoded))(t)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// equalJSON compares values by their JSON.
func equalJSON(t *testing.T, what string, got, want any) {
	t.Helper()
	g, w := asJSON(t, got), asJSON(t, want)
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s is\n%s\nwant\n%s", what, ok(json.Marshal(g))(t), ok(json.Marshal(w))(t))
	}
}

func asJSON(t *testing.T, v any) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(ok(json.Marshal(v))(t), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func equalBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

func refused(t *testing.T, err error, kind crypto.Kind) {
	t.Helper()
	e, typed := errors.AsType[*crypto.Error](err)
	if !typed {
		t.Fatalf("the error is %v, want one of package crypto", err)
	}
	equal(t, "kind", e.Kind, kind)
}

func checkAttachment(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key        []byte `json:"key"`
		CipherKey  string `json:"cipherKey"`
		Attachment struct {
			ID       string `json:"id"`
			Size     string `json:"size"`
			FileName string `json:"fileName"`
			Key      string `json:"key"`
		} `json:"attachment"`
		Buffer []byte `json:"bufferB64"`
	}](t, v.Inputs)
	want := decode[struct {
		Contents []byte `json:"contentsB64"`
		FileName string `json:"fileName"`
	}](t, v.Expected)
	item := map[string]any{"type": 2, "attachments": []any{map[string]any{"fileName": in.Attachment.FileName}}}
	if in.CipherKey != "" {
		item["key"] = in.CipherKey
	}
	opened := ok(vault.Open(item, key(t, in.Key)))(t)
	k := ok(vault.AttachmentKey(in.Attachment.Key, opened.Key))(t)
	equalBytes(t, "contents", ok(k.DecryptBuffer(in.Buffer))(t), want.Contents)
	if want.FileName != "" {
		attachments := []any{map[string]any{"fileName": want.FileName}}
		equalJSON(t, "attachments", opened.Members["attachments"], attachments)
		equal(t, "lost", len(opened.Lost), 0)
	}
	size := int64(len(ok(k.EncryptBuffer(want.Contents))(t)))
	equal(t, "size of the buffer", int64(len(in.Buffer)), size)
	equal(t, "EncryptedSize", vault.EncryptedSize(int64(len(want.Contents))), size)
}

func checkFileBuffer(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key    []byte `json:"key"`
		Buffer []byte `json:"bufferB64"`
	}](t, v.Inputs)
	want := decode[struct {
		Contents []byte `json:"contentsB64"`
	}](t, v.Expected)
	equalBytes(t, "contents", ok(key(t, in.Key).DecryptBuffer(in.Buffer))(t), want.Contents)
	equal(t, "EncryptedSize", vault.EncryptedSize(int64(len(want.Contents))), int64(len(in.Buffer)))
}

func checkSizeName(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Bytes int64 `json:"bytes"`
	}](t, v.Inputs)
	want := decode[struct {
		Name string `json:"sizeName"`
	}](t, v.Expected)
	equal(t, "size name", vault.SizeName(in.Bytes), want.Name)
}

// keyAndItem are inputs of most vectors about items.
type keyAndItem struct {
	Key    []byte         `json:"key"`
	Cipher map[string]any `json:"cipher"`
}

// asSDK returns members as the SDK's vectors have them, which add an empty list of attachments.
func asSDK(members map[string]any) map[string]any {
	members = maps.Clone(members)
	if members["attachments"] == nil {
		members["attachments"] = []any{}
	}
	return members
}

// withoutNil removes what is nil, since nil and absent mean the same.
func withoutNil(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			if value != nil {
				out[name] = withoutNil(value)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = withoutNil(value)
		}
		return out
	default:
		return v
	}
}

func checkDecryptCipher(t *testing.T, v vector) {
	t.Helper()
	in := decode[keyAndItem](t, v.Inputs)
	want := decode[struct {
		Cipher    map[string]any `json:"cipher"`
		CipherKey []byte         `json:"cipherKeyB64"`
	}](t, v.Expected)
	before := asJSON(t, in.Cipher)
	base := key(t, in.Key)
	item := ok(vault.Open(in.Cipher, base))(t)
	equalJSON(t, "item", asSDK(item.Members), want.Cipher)
	equal(t, "lost", len(item.Lost), 0)
	equalJSON(t, "input after opening", in.Cipher, before)
	equal(t, "has a key of its own", !item.Key.Equal(base), want.CipherKey != nil)
	if want.CipherKey != nil {
		equalBytes(t, "key", item.Key.ExposeEncoded(), want.CipherKey)
	}

	// Sealed under another base key, the item is the same, no encrypted text is, and its key is kept.
	other := crypto.NewSymmetricKey()
	if want.CipherKey == nil {
		other = base
	}
	sealed := ok(item.Seal(other))(t)
	equalJSON(t, "item after sealing", asSDK(item.Members), want.Cipher)
	again := ok(vault.Open(sealed, other))(t)
	equalJSON(t, "round trip", asSDK(again.Members), want.Cipher)
	equal(t, "key after the round trip", again.Key.Equal(item.Key), true)
	old, made := encryptedTexts(in.Cipher), encryptedTexts(sealed)
	equal(t, "number of encrypted texts", len(made), len(old))
	for text := range made {
		if old[text] {
			t.Errorf("%s... was not encrypted again", text[:20])
		}
	}
}

// encryptedTexts collects every encrypted text of an item.
func encryptedTexts(v any) map[string]bool {
	texts := map[string]bool{}
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			maps.Copy(texts, encryptedTexts(value))
		}
	case []any:
		for _, value := range v {
			maps.Copy(texts, encryptedTexts(value))
		}
	case string:
		if strings.HasPrefix(v, "2.") {
			texts[v] = true
		}
	}
	return texts
}

func checkDecryptCipherURIs(t *testing.T, v vector) {
	t.Helper()
	in := decode[keyAndItem](t, v.Inputs)
	want := decode[struct {
		URIs []any `json:"uris"`
	}](t, v.Expected)
	base := key(t, in.Key)
	item := ok(vault.Open(in.Cipher, base))(t)
	equalJSON(t, "URIs", login(t, item)["uris"], want.URIs)
	equalJSON(t, "lost", item.Lost, []string{"login.uris[0]"})
	_, err := item.Seal(base)
	refused(t, err, crypto.Malformed)
}

func login(t *testing.T, item vault.Item) map[string]any {
	t.Helper()
	return object(t, item.Members["login"])
}

func object(t *testing.T, v any) map[string]any {
	t.Helper()
	o, isObject := v.(map[string]any)
	if !isObject {
		t.Fatalf("%v is no object", v)
	}
	return o
}

func checkDecryptFIDO2(t *testing.T, v vector) {
	t.Helper()
	in := decode[keyAndItem](t, v.Inputs)
	want := decode[struct {
		Credentials []any `json:"fido2Credentials"`
	}](t, v.Expected)
	item := ok(vault.Open(in.Cipher, key(t, in.Key)))(t)
	equalJSON(t, "credentials", login(t, item)["fido2Credentials"], want.Credentials)
	equal(t, "lost", len(item.Lost), 0)
}

func checkDecryptFields(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key    []byte         `json:"key"`
		Fields map[string]any `json:"fields"`
	}](t, v.Inputs)
	want := decode[map[string]any](t, v.Expected)
	types := map[string]string{
		"official bank_account fields":    "bankAccount",
		"official drivers_license fields": "driversLicense",
		"official passport fields":        "passport",
	}
	numbers := map[string]int{"bankAccount": 6, "driversLicense": 7, "passport": 8}
	name := types[v.Name]
	item := ok(vault.Open(map[string]any{"type": numbers[name], name: in.Fields}, key(t, in.Key)))(t)
	equalJSON(t, name, item.Members[name], want)
	equal(t, "lost", len(item.Lost), 0)
}

func checkCreateRequest(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key           []byte         `json:"key"`
		KeyID         string         `json:"keyId"`
		Body          map[string]any `json:"body"`
		CollectionIDs []string       `json:"collectionIds"`
	}](t, v.Inputs)
	want := decode[struct {
		Name     string      `json:"name"`
		Notes    string      `json:"notes"`
		Username string      `json:"username"`
		Password string      `json:"password"`
		URIs     []string    `json:"uris"`
		Fields   [][2]string `json:"fields"`
	}](t, v.Expected)
	base := key(t, in.Key)
	equal(t, "key id", base.ID(), in.KeyID)
	equal(t, "key id in the body", in.Body["encryptedByKeyId"], any(in.KeyID))
	item := ok(vault.Open(in.Body, base))(t)
	equal(t, "lost", len(item.Lost), 0)
	equal(t, "name", item.Members["name"], any(want.Name))
	equal(t, "notes", item.Members["notes"], any(want.Notes))
	equal(t, "number of fields", len(list(item.Members["fields"])), len(want.Fields))
	for i, element := range list(item.Members["fields"]) {
		field := object(t, element)
		equal(t, "field name", field["name"], any(want.Fields[i][0]))
		equal(t, "field value", field["value"], any(want.Fields[i][1]))
	}
	if want.Username != "" {
		l := login(t, item)
		equal(t, "user name", l["username"], any(want.Username))
		equal(t, "password", l["password"], any(want.Password))
		equalJSON(t, "URIs", uris(t, l), want.URIs)
	}
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func uris(t *testing.T, login map[string]any) []any {
	t.Helper()
	var out []any
	for _, element := range list(login["uris"]) {
		out = append(out, object(t, element)["uri"])
	}
	return out
}

func checkImportRequest(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key  []byte `json:"organizationKeyB64"`
		Body struct {
			Ciphers     []map[string]any `json:"ciphers"`
			Collections []struct {
				Name   string   `json:"name"`
				ID     *string  `json:"id"`
				Groups []string `json:"groups"`
				Users  []string `json:"users"`
			} `json:"collections"`
			Relationships []struct {
				Key   int `json:"key"`
				Value int `json:"value"`
			} `json:"collectionRelationships"`
			Folders             []string `json:"folders"`
			FolderRelationships []string `json:"folderRelationships"`
		} `json:"body"`
	}](t, v.Inputs)
	want := decode[struct {
		CollectionNames []string `json:"collectionNames"`
		Items           []struct {
			Name     string           `json:"name"`
			Notes    string           `json:"notes"`
			Type     int              `json:"type"`
			Fields   []map[string]any `json:"fields"`
			Username string           `json:"username"`
			Password string           `json:"password"`
			URIs     []string         `json:"uris"`
		} `json:"items"`
		Relationships []vault.Relationship `json:"-"`
		Pairs         [][2]int             `json:"relationships"`
	}](t, v.Expected)
	k := key(t, in.Key)
	for _, pair := range want.Pairs {
		want.Relationships = append(want.Relationships, vault.Relationship{Item: pair[0], Collection: pair[1]})
	}
	var relationships []vault.Relationship
	for _, r := range in.Body.Relationships {
		relationships = append(relationships, vault.Relationship{Item: r.Key, Collection: r.Value})
	}
	equalJSON(t, "relationships", relationships, want.Relationships)
	var names []string
	export := vault.Export{}
	for _, c := range in.Body.Collections {
		name := ok(k.DecryptString(c.Name))(t)
		names = append(names, name)
		export.Collections = append(export.Collections, vault.Collection{ID: name, Name: name})
	}
	equalJSON(t, "collections", names, want.CollectionNames)

	equal(t, "number of items", len(in.Body.Ciphers), len(want.Items))
	check := func(item map[string]any, n int) vault.Item {
		t.Helper()
		opened := ok(vault.Open(item, k))(t)
		equal(t, "lost", len(opened.Lost), 0)
		equal(t, "name", opened.Members["name"], any(want.Items[n].Name))
		equal(t, "notes", opened.Members["notes"], any(want.Items[n].Notes))
		equalJSON(t, "type", opened.Members["type"], want.Items[n].Type)
		for i, f := range want.Items[n].Fields {
			field := object(t, list(opened.Members["fields"])[i])
			for name, value := range f {
				equal(t, "field "+name, field[name], value)
			}
		}
		equal(t, "number of fields", len(list(opened.Members["fields"])), len(want.Items[n].Fields))
		if want.Items[n].Username != "" {
			l := login(t, opened)
			equal(t, "user name", l["username"], any(want.Items[n].Username))
			equal(t, "password", l["password"], any(want.Items[n].Password))
			equalJSON(t, "URIs", uris(t, l), want.Items[n].URIs)
		}
		return opened
	}
	for n, c := range in.Body.Ciphers {
		opened := check(c, n)
		collections := []any{}
		for _, r := range relationships {
			if r.Item == n {
				collections = append(collections, names[r.Collection])
			}
		}
		opened.Members["collectionIds"] = collections
		export.Items = append(export.Items, opened.Members)
	}

	// The same, made here.
	made := ok(export.Encrypt(k))(t)
	equalJSON(t, "relationships made here", made.Relationships, want.Relationships)
	for n, c := range made.Collections {
		equal(t, "collection made here", ok(k.DecryptString(c.Name))(t), want.CollectionNames[n])
	}
	for n, item := range made.Items {
		if opened := check(item, n); opened.Key.Equal(k) {
			t.Error("an item has no key of its own")
		}
	}
}

func checkDecryptBlobCipher(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		UserKey []byte         `json:"userKey"`
		Cipher  map[string]any `json:"cipher"`
	}](t, v.Inputs)
	want := decode[struct {
		Cipher    map[string]any `json:"cipher"`
		CipherKey []byte         `json:"cipherKeyB64"`
	}](t, v.Expected)
	item := ok(vault.Open(in.Cipher, key(t, in.UserKey)))(t)
	equalBytes(t, "key", item.Key.ExposeEncoded(), want.CipherKey)
	equalJSON(t, "item", withoutNil(asSDK(item.Members)), withoutNil(want.Cipher))
	equal(t, "lost", len(item.Lost), 0)
}

func checkDataEnvelope(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		CEK       []byte `json:"cek"`
		Envelope  string `json:"envelope"`
		Namespace int    `json:"namespace"`
	}](t, v.Inputs)
	want := decode[struct {
		Content map[string]any `json:"content"`
	}](t, v.Expected)
	k := key(t, in.CEK)
	equalJSON(t, "content", ok(k.OpenEnvelope(in.Envelope, in.Namespace))(t), want.Content)

	_, err := k.OpenEnvelope(in.Envelope, in.Namespace+1)
	refused(t, err, crypto.Malformed)
	_, err = crypto.NewSymmetricKey().OpenEnvelope(in.Envelope, in.Namespace)
	refused(t, err, crypto.WrongKeyType)
	_, err = k.DecryptBytes("7." + in.Envelope)
	if err == nil {
		t.Error("an envelope is opened as an encrypted string")
	}
	message := ok(base64.StdEncoding.DecodeString(in.Envelope))(t)
	message[len(message)-1] ^= 1
	_, err = k.OpenEnvelope(base64.StdEncoding.EncodeToString(message), in.Namespace)
	refused(t, err, crypto.AuthenticationFailed)
}

func checkSealedBlob(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key  []byte `json:"wrappingKey"`
		Data string `json:"data"`
	}](t, v.Inputs)
	want := decode[struct {
		Content map[string]any `json:"content"`
	}](t, v.Expected)
	equalJSON(t, "content", ok(vault.OpenBlob(in.Data, key(t, in.Key)))(t), want.Content)
}

// exportInputs are the inputs of the vectors about exports.
type exportInputs struct {
	OrganizationKey []byte          `json:"organizationKeyB64"`
	CiphersFrom     string          `json:"ciphersFrom"`
	Password        string          `json:"password"`
	File            json.RawMessage `json:"file"`
}

type exportExpected struct {
	File         map[string]any `json:"file"`
	CSV          string         `json:"csv"`
	SameItemsAs  string         `json:"sameItemsAs"`
	PlaintextSum string         `json:"plaintextSha256Hex"`
}

// exported returns the contents of the organization that the official exports were made of: the items named "org …" of
// cipher.json with the ids 1 to 16, as stored and in plain.
func exported(t *testing.T) (stored, plain vault.Export) {
	t.Helper()
	collection := vault.Collection{
		ID:             "0f6b7c1e-0000-4000-8000-0000000000c1",
		OrganizationID: "0f6b7c1e-1111-4222-8333-b3f100d0c0de",
		Name:           "Default collection",
	}
	stored.Collections = []vault.Collection{collection}
	plain.Collections = []vault.Collection{collection}
	for _, v := range readVectors(t, "cipher.json") {
		if !strings.HasPrefix(v.Name, "org ") {
			continue
		}
		in := decode[keyAndItem](t, v.Inputs)
		id := hex.EncodeToString([]byte{byte(len(plain.Items) + 1)})
		in.Cipher["id"] = "0f6b7c1e-0000-4000-8000-0000000000" + id
		stored.Items = append(stored.Items, in.Cipher)
		plain.Items = append(plain.Items, ok(vault.Open(in.Cipher, key(t, in.Key)))(t).Members)
	}
	equal(t, "number of items", len(plain.Items), 16)
	return stored, plain
}

func checkPlainExport(t *testing.T, v vector) {
	t.Helper()
	in := decode[exportInputs](t, v.Inputs)
	want := decode[exportExpected](t, v.Expected)
	_, plain := exported(t)
	file := ok(plain.JSON())(t)
	equalJSON(t, "file", json.RawMessage(file), want.File)
	equal(t, "the inputs name a key", len(in.OrganizationKey), 64)

	// The official tool encrypted the same file with a password, and the vector has its checksum: byte for byte.
	protected := decode[exportExpected](t, findVector(t, "export.json",
		"organization export, password protected, PBKDF2").Expected)
	equal(t, "reference of the other vector", protected.SameItemsAs, v.Name)
	equal(t, "SHA-256 of the file", checksum(file), protected.PlaintextSum)

	read := ok(vault.ReadExport(file, vault.Secrets{}))(t)
	equalJSON(t, "file read and written again", json.RawMessage(ok(read.JSON())(t)), want.File)
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func checkCSVExport(t *testing.T, v vector) {
	t.Helper()
	want := decode[exportExpected](t, v.Expected)
	_, plain := exported(t)
	got := plain.CSV()
	if string(got) != want.CSV {
		t.Errorf("the file is\n%q\nwant\n%q", got, want.CSV)
	}
	read := ok(vault.ReadCSV(got))(t)
	equal(t, "number of items read", len(read.Items), 4)
	if again := read.CSV(); string(again) != want.CSV {
		t.Errorf("read and written again it is\n%q\nwant\n%q", again, want.CSV)
	}
}

func checkEncryptedExport(t *testing.T, v vector) {
	t.Helper()
	in := decode[exportInputs](t, v.Inputs)
	want := decode[exportExpected](t, v.Expected)
	same := decode[exportExpected](t, findVector(t, "export.json", want.SameItemsAs).Expected)
	k := key(t, in.OrganizationKey)
	read := ok(vault.ReadExport(in.File, vault.Secrets{OrganizationKey: k}))(t)
	equalJSON(t, "contents", json.RawMessage(ok(read.JSON())(t)), same.File)

	_, err := vault.ReadExport(in.File, vault.Secrets{OrganizationKey: crypto.NewSymmetricKey()})
	refused(t, err, crypto.AuthenticationFailed)
	_, err = vault.ReadExport(in.File, vault.Secrets{})
	refused(t, err, crypto.InvalidKey)

	// Made here of the same items, the file differs in what is random, and in members that are null.
	stored, _ := exported(t)
	file := decode[map[string]any](t, in.File)
	stored.Collections[0].Name, _ = object(t, list(file["collections"])[0])["name"].(string)
	made := decode[map[string]any](t, ok(stored.EncryptedJSON(k))(t))
	validation, _ := made["encKeyValidation_DO_NOT_EDIT"].(string)
	equal(t, "length of the validation text", len(ok(k.DecryptString(validation))(t)), 36)
	made["encKeyValidation_DO_NOT_EDIT"] = file["encKeyValidation_DO_NOT_EDIT"]
	equalJSON(t, "file made here", withoutNil(made), withoutNil(file))
}

func checkPasswordExport(t *testing.T, v vector) {
	t.Helper()
	if testing.Short() {
		t.Skip("slow key derivation")
	}
	in := decode[exportInputs](t, v.Inputs)
	want := decode[exportExpected](t, v.Expected)
	plaintext := ok(vault.Unprotect(in.File, in.Password))(t)
	equal(t, "SHA-256", checksum(plaintext), want.PlaintextSum)
	if want.SameItemsAs != "" {
		same := decode[exportExpected](t, findVector(t, "export.json", want.SameItemsAs).Expected)
		read := ok(vault.ReadExport(plaintext, vault.Secrets{}))(t)
		equalJSON(t, "contents", json.RawMessage(ok(read.JSON())(t)), same.File)
	}
}
