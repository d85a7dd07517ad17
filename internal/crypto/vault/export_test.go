// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package vault_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto/vault"
)

func smallExport() vault.Export {
	return vault.Export{
		Collections: []vault.Collection{{ID: "c1", OrganizationID: "o", Name: "Team <A> & B"}, {ID: "c2", Name: "Other"}},
		Items: []map[string]any{{
			"type": 1, "name": "login", "id": "i", "favorite": false, "reprompt": 0, "collectionIds": []any{"c1", "c2"},
			"organizationId": "o", "notes": " leading blank", "folderId": nil,
			"fields":       []any{map[string]any{"type": 0, "name": "a: b", "value": "two\nlines"}},
			"attachments":  []any{map[string]any{"id": "x", "fileName": "file"}},
			"creationDate": "2026-01-15T11:20:30.1234567+01:00",
			"login": map[string]any{
				"uris": []any{map[string]any{"uri": "https://a.test", "uriChecksum": "x"}}, "username": `say "hi"`,
				"password": "trailing ", "autofillOnPageLoad": true,
			},
		}},
	}
}

func TestExport_JSON(t *testing.T) {
	t.Parallel()
	file := string(ok(smallExport().JSON())(t))
	for _, want := range []string{
		"\n      \"name\": \"Team <A> & B\",\n      \"externalId\": null\n",
		`"creationDate": "2026-01-15T10:20:30.123Z"`, `"fido2Credentials": []`, `"passwordHistory": []`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("%q is missing in\n%s", want, file)
		}
	}
	for _, unwanted := range []string{"uriChecksum", "attachments", "autofillOnPageLoad", "folderId"} {
		if strings.Contains(file, unwanted) {
			t.Errorf("%q is in\n%s", unwanted, file)
		}
	}
	empty := string(ok(vault.Export{}.JSON())(t))
	equal(t, "empty export", empty, "{\n  \"encrypted\": false,\n  \"collections\": [],\n  \"items\": []\n}")
}

func TestExport_CSV(t *testing.T) {
	t.Parallel()
	file := smallExport().CSV()
	row := "\r\n" + `"Team <A> & B,Other",login,login," leading blank","a: b: two` + "\n" +
		`lines",0,,https://a.test,"say ""hi""","trailing ",`
	if !strings.HasSuffix(string(file), row) {
		t.Errorf("the file is\n%q\nwant at the end\n%q", file, row)
	}
	read := ok(vault.ReadCSV(file))(t)
	equalJSON(t, "collections", read.Collections, []vault.Collection{
		{ID: "collection 1", Name: "Team <A> & B"}, {ID: "collection 2", Name: "Other"},
	})
	item := read.Items[0]
	equalJSON(t, "collectionIds", item["collectionIds"], []string{"collection 1", "collection 2"})
	equalJSON(t, "fields", item["fields"], smallExport().Items[0]["fields"])
	equal(t, "notes", item["notes"], any(" leading blank"))
	l := object(t, item["login"])
	equal(t, "user name", l["username"], any(`say "hi"`))
	equal(t, "password", l["password"], any("trailing "))
	equal(t, "written again", string(read.CSV()), string(file))
	if _, err := read.Encrypt(crypto.NewSymmetricKey()); err != nil {
		t.Error(err)
	}
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	header := "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n"
	read := ok(vault.ReadCSV([]byte("\ufeff" + header + "Folder,1,,name,,,,,u,p,\n,,note,n,text,,1\n")))(t)
	equal(t, "number of collections", len(read.Collections), 0)
	equal(t, "favorite", read.Items[0]["favorite"], any(true))
	equal(t, "type without a word", read.Items[0]["type"], any(1))
	equal(t, "type of a note", read.Items[1]["type"], any(2))
	equal(t, "reprompt", read.Items[1]["reprompt"], any(1))
	for name, test := range map[string]struct {
		file string
		kind crypto.Kind
	}{
		"empty":            {"", crypto.Malformed},
		"another file":     {"url,username,password\n", crypto.Malformed},
		"unknown type":     {header + ",,card,name,,,,,,,\n", crypto.UnsupportedType},
		"wrong quoting":    {header + ",,login,\"na\"me,,,,,,,\n", crypto.Malformed},
		"reprompt a word":  {header + ",,login,name,,,yes,,,,\n", crypto.Malformed},
		"quote left open":  {header + ",,login,\"name", crypto.Malformed},
		"header only once": {strings.Replace(header, "name", "nome", 1), crypto.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := vault.ReadCSV([]byte(test.file))
			refused(t, err, test.kind)
		})
	}
}

func TestExport_Protect(t *testing.T) {
	t.Parallel()
	for name, kdf := range map[string]crypto.KDF{
		"PBKDF2":   {Type: crypto.PBKDF2, Iterations: 5000},
		"Argon2id": {Type: crypto.Argon2id, Iterations: 2, MemoryMiB: 16, Parallelism: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := ok(smallExport().Protect("password", kdf))(t)
			if bytes.Contains(file, []byte("Team")) {
				t.Error("something is in plain")
			}
			want := ok(smallExport().JSON())(t)
			equal(t, "plain export", string(ok(vault.Unprotect(file, "password"))(t)), string(want))
			read := ok(vault.ReadExport(file, vault.Secrets{Password: "password"}))(t)
			equal(t, "read and written", string(ok(read.JSON())(t)), string(want))
			for _, wrong := range []string{"", "Password"} {
				_, err := vault.ReadExport(file, vault.Secrets{Password: wrong})
				refused(t, err, crypto.WrongPassword)
			}
			again := ok(smallExport().Protect("password", kdf))(t)
			equal(t, "a second file is the same", bytes.Equal(again, file), false)
		})
	}
	_, err := smallExport().Protect("password", crypto.KDF{})
	refused(t, err, crypto.KDFRefused)
}

// TestUnprotect_refuses changes a good file in the ways of a hostile one.
func TestUnprotect_refuses(t *testing.T) {
	t.Parallel()
	good := decode[map[string]any](t, ok(smallExport().Protect("p", crypto.KDF{Iterations: 5000}))(t))
	for name, test := range map[string]struct {
		member string
		value  any
		kind   crypto.Kind
	}{
		"too few iterations":  {"kdfIterations", 1, crypto.KDFRefused},
		"too many iterations": {"kdfIterations", 2_000_000_000, crypto.KDFRefused},
		"unknown KDF":         {"kdfType", 2, crypto.KDFRefused},
		"no KDF":              {"kdfType", nil, crypto.Malformed},
		"Argon2id unbounded":  {"kdfType", 1, crypto.KDFRefused},
		"not encrypted":       {"encrypted", false, crypto.Malformed},
		"not protected":       {"passwordProtected", false, crypto.Malformed},
		"another salt":        {"salt", "AAAA", crypto.WrongPassword},
		"no validation text":  {"encKeyValidation_DO_NOT_EDIT", "", crypto.Malformed},
		"no data":             {"data", "", crypto.Malformed},
		"number as salt":      {"salt", 7, crypto.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := maps.Clone(good)
			changed[test.member] = test.value
			_, err := vault.Unprotect(ok(json.Marshal(changed))(t), "p")
			refused(t, err, test.kind)
		})
	}
	_, err := vault.Unprotect([]byte("no JSON"), "p")
	refused(t, err, crypto.Malformed)
}

func TestReadExport_refuses(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	for name, file := range map[string]string{
		"nothing": "", "a list": "[]", "a null item": `{"items": [null]}`, "a text as item": `{"items": ["x"]}`,
		"a text as collections": `{"collections": "x"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := vault.ReadExport([]byte(file), vault.Secrets{OrganizationKey: k})
			refused(t, err, crypto.Malformed)
		})
	}

	// An item that does not open completely fails the whole file, and the error says which.
	item := ok(vault.NewItem(loginMembers()).Seal(k))(t)
	object(t, item["login"])["password"] = ok(crypto.NewSymmetricKey().EncryptString("x"))(t)
	file := ok(vault.Export{Items: []map[string]any{item}}.EncryptedJSON(k))(t)
	_, err := vault.ReadExport(file, vault.Secrets{OrganizationKey: k})
	refused(t, err, crypto.AuthenticationFailed)
	equal(t, "message", err.Error(), "read export: item 0: login.password: authentication failed")
}

func TestExport_Encrypt(t *testing.T) {
	t.Parallel()
	k := crypto.NewSymmetricKey()
	made := ok(smallExport().Encrypt(k))(t)
	equalJSON(t, "relationships", made.Relationships, []vault.Relationship{{0, 0}, {0, 1}})
	equal(t, "name", ok(k.DecryptString(made.Collections[0].Name))(t), "Team <A> & B")
	item := ok(vault.Open(made.Items[0], k))(t)
	for _, gone := range []string{"id", "organizationId", "attachments", "creationDate", "collectionIds"} {
		if _, isThere := item.Members[gone]; isThere {
			t.Errorf("the item still has %q", gone)
		}
	}
	equal(t, "password", login(t, item)["password"], any("trailing "))

	homeless := smallExport()
	homeless.Collections = homeless.Collections[:1]
	_, err := homeless.Encrypt(k)
	refused(t, err, crypto.Malformed)
	_, err = smallExport().Encrypt(crypto.SymmetricKey{})
	refused(t, err, crypto.InvalidKey)
}

// typed fails if an error is not one of package crypto.
func typed(t *testing.T, err error) {
	t.Helper()
	if _, isOurs := errors.AsType[*crypto.Error](err); !isOurs {
		t.Errorf("the error is %#v, want one of package crypto", err)
	}
}

func FuzzReadExport(f *testing.F) {
	file, err := smallExport().JSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(`{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.","items":[{"key":"2."}]}`))
	f.Add([]byte(`{"encrypted":true,"passwordProtected":true,"kdfType":0,"kdfIterations":1,"salt":"x"}`))
	f.Add([]byte(`{"items":[{"type":1,"login":{"uris":[{"uri":"x"},null,7],"fido2Credentials":{}}}]}`))
	f.Add([]byte(`{"items":[{"type":"x","fields":{"a":[]},"creationDate":"2026","collectionIds":7,"attachments":[[]]}]}`))
	k := crypto.NewSymmetricKey()
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := vault.ReadExport(file, vault.Secrets{OrganizationKey: k})
		if err != nil {
			typed(t, err)
			return
		}
		written, err := e.JSON()
		if err != nil {
			t.Fatal(err)
		}
		read, err := vault.ReadExport(written, vault.Secrets{})
		if err != nil {
			t.Fatalf("%s is not read: %v", written, err)
		}
		if again, err := read.JSON(); err != nil || !bytes.Equal(again, written) {
			t.Errorf("%s is written again as %s (%v)", written, again, err)
		}
		if csv := e.CSV(); len(csv) == 0 {
			t.Error("the CSV is empty")
		}
		made, err := e.Encrypt(k)
		if err != nil {
			typed(t, err)
			return
		}
		for _, item := range made.Items {
			if _, err := vault.Open(item, k); err != nil {
				t.Errorf("what was sealed does not open: %v", err)
			}
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add(smallExport().CSV())
	f.Add([]byte("type,name,login_uri,login_username,login_password\n,,,,\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := vault.ReadCSV(file)
		if err != nil {
			typed(t, err)
			return
		}
		read, err := vault.ReadCSV(e.CSV())
		if err != nil {
			t.Fatalf("%q is not read: %v", e.CSV(), err)
		}
		if len(read.Items) != len(e.Items) {
			t.Errorf("%d items of %d are left", len(read.Items), len(e.Items))
		}
	})
}

func FuzzOpen(f *testing.F) {
	k := crypto.NewSymmetricKey()
	sealed, err := vault.NewItem(loginMembers()).Seal(k)
	if err != nil {
		f.Fatal(err)
	}
	b, err := json.Marshal(sealed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"type":1,"login":{"uris":[{"uri":null},{"uri":{}},[]]},"data":"{\"format_version\":1}"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var item map[string]any
		if json.Unmarshal(b, &item) != nil {
			return
		}
		opened, err := vault.Open(item, k)
		if err != nil {
			typed(t, err)
			return
		}
		if len(opened.Lost) > 0 {
			return
		}
		sealed, err := opened.Seal(k)
		if err != nil {
			t.Fatalf("what was opened cannot be sealed: %v", err)
		}
		again, err := vault.Open(sealed, k)
		if err != nil || len(again.Lost) > 0 {
			t.Fatalf("what was sealed does not open: %v, lost %q", err, again.Lost)
		}
	})
}
