// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

// officialClientNeeds are the fields without which the official client fails, crashes or silently shows too little, by
// answer. They were found by leaving out one field at a time. A field is a path; after the colon is what it must be:
// text, flag, number, date, object, or null. Rows [] must be there.
var officialClientNeeds = map[string][]string{
	"access token": {"sub:text", "email:text", "exp:number"},
	"token by password": {
		"access_token:text", "token_type:text", "expires_in:number", "refresh_token:text", "scope:text", "Key:text",
		"Kdf:number", "KdfIterations:number", "AccountKeys.publicKeyEncryptionKeyPair.publicKey:text",
		"AccountKeys.publicKeyEncryptionKeyPair.wrappedPrivateKey:text",
		"UserDecryptionOptions.MasterPasswordUnlock.Salt:text",
		"UserDecryptionOptions.MasterPasswordUnlock.MasterKeyEncryptedUserKey:text",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.KdfType:number",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.Iterations:number",
	},
	"token by password, Argon2id": {
		"Kdf:number", "KdfIterations:number", "KdfMemory:number", "KdfParallelism:number",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.Iterations:number",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.Memory:number",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.Parallelism:number",
	},
	"token by API key": {
		"access_token:text", "token_type:text", "expires_in:number", "Kdf:number", "KdfIterations:number",
		"AccountKeys.publicKeyEncryptionKeyPair.publicKey:text",
		"AccountKeys.publicKeyEncryptionKeyPair.wrappedPrivateKey:text",
		"UserDecryptionOptions.MasterPasswordUnlock.Salt:text",
		"UserDecryptionOptions.MasterPasswordUnlock.MasterKeyEncryptedUserKey:text",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.KdfType:number",
		"UserDecryptionOptions.MasterPasswordUnlock.Kdf.Iterations:number",
	},
	"token by refresh":    {"access_token:text", "token_type:text", "expires_in:number", "refresh_token:text"},
	"prelogin":            {"kdfSettings.kdfType:number", "kdfSettings.iterations:number"},
	"prelogin, old path":  {"kdf:number", "kdfIterations:number"},
	"prelogin, Argon2id":  {"kdfSettings.memory:number", "kdfSettings.parallelism:number"},
	"configuration":       {"version:text", "environment.api:text", "featureStates:object"},
	"public key":          {"publicKey:text"},
	"send token":          {"access_token:text", "expires_in:number", "token_type:text", "scope:text"},
	"send token, refused": {"error:text", "send_access_error_type:text"},
	"send for recipient":  {"id:text", "type:number", "name:text", "text.text:text", "text.hidden:flag"},

	"sync": {
		"profile.id:text", "profile.securityStamp:text",
		"profile.accountKeys.publicKeyEncryptionKeyPair.publicKey:text",
		"profile.accountKeys.publicKeyEncryptionKeyPair.wrappedPrivateKey:text",
		"userDecryption.masterPasswordUnlock.kdf.kdfType:number",
		"userDecryption.masterPasswordUnlock.kdf.iterations:number",
		"userDecryption.masterPasswordUnlock.masterKeyEncryptedUserKey:text",
		"userDecryption.masterPasswordUnlock.salt:text", "userDecryption.userKeyId:text",
		"profile.organizations[].id:text", "profile.organizations[].key:text",
		"profile.organizationsNew[].id:text", "profile.organizationsNew[].status:number",
		"profile.organizationsNew[].type:number", "profile.organizationsNew[].name:text",
		"profile.organizationsNew[].enabled:flag", "profile.premium:flag", "profile.premiumFromOrganization:flag",
		"collections[].id:text", "collections[].organizationId:text", "collections[].name:text",
		"policies[].id:text", "policies[].organizationId:text", "policies[].type:number", "policies[].enabled:flag",
		"policies[].revisionDate:date", "policiesNew[].id:text", "policiesNew[].organizationId:text",
		"policiesNew[].type:number", "policiesNew[].enabled:flag", "policiesNew[].revisionDate:date",
		"folders[].id:text", "folders[].name:text",
		"sends[].id:text", "sends[].accessId:text", "sends[].type:number", "sends[].key:text", "sends[].name:text",
		"sends[].deletionDate:date", "sends[].revisionDate:date", "sends[].accessCount:number", "sends[].authType:number",
		"sends[].password:null",
		"ciphers[].id:text", "ciphers[].type:number", "ciphers[].name:text", "ciphers[].organizationId:text",
		"ciphers[].key:text", "ciphers[].login:object", "ciphers[].fields[].type:number", "ciphers[].fields[].name:text",
		"ciphers[].fields[].value:text", "ciphers[].edit:flag", "ciphers[].viewPassword:flag",
		"ciphers[].collectionIds:list", "ciphers[].deletedDate:null", "ciphers[].creationDate:date",
		"ciphers[].revisionDate:date", "ciphers[].organizationUseTotp:flag", "ciphers[].permissions.delete:flag",
		"ciphers[].permissions.restore:flag",
	},
	"sync of a provider user": {
		"profile.providers[].id:text", "profile.providers[].key:text", "profile.providerOrganizations[].id:text",
		"profile.providerOrganizations[].key:text", "profile.providerOrganizations[].providerId:text",
	},

	"members": {
		"data[].id:text", "data[].email:text", "data[].status:number", "data[].type:number", "data[].name:text",
		"data[].twoFactorEnabled:flag",
	},
	"member":             {"id:text", "status:number", "userId:text"},
	"collections":        {"data[].id:text", "data[].organizationId:text", "data[].name:text", "data[].externalId:null"},
	"collection":         collectionNeeds,
	"collection, made":   collectionNeeds,
	"collection, edited": collectionNeeds,

	"item, made":     itemNeeds,
	"item, edited":   itemNeeds,
	"item, shared":   itemNeeds,
	"item, restored": itemNeeds,
	"item, assigned": append([]string{"unavailable:flag"}, below("cipher.", itemNeeds)...),
	"export": append([]string{
		"collections[].id:text", "collections[].organizationId:text", "collections[].name:text",
		"ciphers[].deletedDate:null", "ciphers[].collectionIds:list",
	}, below("ciphers[].", exportedItemNeeds)...),

	"send, made": {"id:text", "accessId:text", "key:text", "type:number", "name:text", "text.text:text"},
	"file send, made": {
		"fileUploadType:number", "url:text", "sendResponse.id:text", "sendResponse.key:text", "sendResponse.file.id:text",
	},
}

var (
	collectionNeeds = []string{
		"id:text", "groups:list", "users[].id:text", "users[].readOnly:flag", "users[].hidePasswords:flag",
		"users[].manage:flag",
	}
	exportedItemNeeds = []string{
		"id:text", "type:number", "creationDate:date", "revisionDate:date", "organizationUseTotp:flag",
		"organizationId:text",
	}
	itemNeeds = append([]string{
		"edit:flag", "permissions.delete:flag", "permissions.restore:flag", "deletedDate:null",
	}, exportedItemNeeds...)
)

func below(prefix string, fields []string) []string {
	var prefixed []string
	for _, field := range fields {
		prefixed = append(prefixed, prefix+field)
	}
	return prefixed
}

// TestOfficialClientNeeds looks for every field of the table in the emulator's answers.
func TestOfficialClientNeeds(t *testing.T) {
	t.Parallel()
	answers := officialClientAnswers(t)
	for name, fields := range officialClientNeeds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, ok := answers[name]
			if !ok {
				t.Fatalf("no such answer among %q", slices.Sorted(maps.Keys(answers)))
			}
			for _, field := range fields {
				path, kind, _ := strings.Cut(field, ":")
				if problem := lookFor(answer, strings.Split(path, "."), kind, false); problem != "" {
					t.Errorf("%s: %s", field, problem)
				}
			}
		})
	}
	for name := range answers {
		if officialClientNeeds[name] == nil {
			t.Errorf("nothing is asked of %q", name)
		}
	}
}

// lookFor tells what is wrong with a field. Names may begin with either case, except in account keys.
func lookFor(value any, path []string, kind string, exact bool) string {
	if len(path) == 0 {
		if !isKind(value, kind) {
			return fmt.Sprintf("is %v", value)
		}
		return ""
	}
	name, isList := strings.CutSuffix(path[0], "[]")
	object, ok := value.(map[string]any)
	if !ok {
		return fmt.Sprintf("%v where %s should be", value, name)
	}
	found, ok := object[name]
	if !ok && !exact {
		found, ok = object[otherCase(name)]
	}
	if !ok {
		return fmt.Sprintf("%s is absent from %v", name, slices.Sorted(maps.Keys(object)))
	}
	exact = exact || strings.EqualFold(name, "accountKeys")
	if !isList {
		return lookFor(found, path[1:], kind, exact)
	}
	rows, _ := found.([]any)
	if len(rows) == 0 {
		return name + " has no rows"
	}
	for _, row := range rows {
		if problem := lookFor(row, path[1:], kind, exact); problem != "" {
			return problem
		}
	}
	return ""
}

func otherCase(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if unicode.IsUpper(first) {
		return string(unicode.ToLower(first)) + name[size:]
	}
	return string(unicode.ToUpper(first)) + name[size:]
}

func isKind(value any, kind string) bool {
	switch v := value.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "flag"
	case float64:
		return kind == "number"
	case map[string]any:
		return kind == "object"
	case []any:
		return kind == "list"
	case string:
		if kind == "date" {
			_, err := time.Parse(time.RFC3339, v)
			return err == nil
		}
		return kind == "text" && v != ""
	}
	return false
}

// officialClientAnswers are the answers of a world with one of everything.
func officialClientAnswers(t *testing.T) map[string]any {
	t.Helper()
	srv := emulator.New(t)
	msp := srv.NewMSP(t)
	service := msp.NewServiceUser(t, "service@provider.example")
	org := msp.NewClient(t, emulator.ClientOptions{OwnerEmail: "owner@client.example"})
	owner := srv.NewPerson(t, "owner@client.example")
	memberID, err := org.Join(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]any{}
	add := func(name string, send func(answer any) error) map[string]any {
		t.Helper()
		answer := map[string]any{}
		if err := send(&answer); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != "" {
			answers[name] = answer
		}
		return answer
	}
	get := func(name string, p *emulator.Person, path string) map[string]any {
		t.Helper()
		return add(name, func(answer any) error { return p.Get(t.Context(), path, answer) })
	}
	post := func(name, path string, body any) map[string]any {
		t.Helper()
		return add(name, func(answer any) error { return owner.Post(t.Context(), path, body, answer) })
	}
	put := func(name, path string, body any) map[string]any {
		t.Helper()
		return add(name, func(answer any) error { return owner.Put(t.Context(), path, body, answer) })
	}
	text, err := org.Key.EncryptString("text")
	if err != nil {
		t.Fatal(err)
	}
	base := "/organizations/" + org.ID
	type body = map[string]any

	collection := body{"name": text, "externalId": nil, "groups": []any{}, "users": []body{
		{"id": memberID, "readOnly": false, "hidePasswords": false, "manage": true},
	}}
	collectionID := textIn(post("collection, made", base+"/collections", collection), "id")
	put("collection, edited", base+"/collections/"+collectionID, collection)
	get("collection", owner, base+"/collections/"+collectionID+"/details")
	get("collections", owner, base+"/collections")
	get("members", owner, base+"/users?")
	get("member", owner, base+"/users/"+memberID+"?")
	get("public key", owner, "/users/"+service.ID+"/public-key")
	put("", base+"/policies/2", body{"policy": body{"type": 2, "enabled": true, "data": body{"minLength": 20}}})
	post("", "/folders", body{"name": text})

	item := body{
		"type": 1, "organizationId": org.ID, "name": text, "key": text, "login": body{"username": text},
		"fields": []body{{"type": 0, "name": text, "value": text}}, "encryptedFor": owner.ID,
	}
	made := post("item, made", "/ciphers/create", body{"cipher": item, "collectionIds": []string{collectionID}})
	path := "/ciphers/" + textIn(made, "id")
	put("item, edited", path, item)
	put("item, assigned", path+"/collections_v2", body{"collectionIds": []string{collectionID}})
	if err := owner.Put(t.Context(), path+"/delete", nil, nil); err != nil {
		t.Fatal(err)
	}
	put("item, restored", path+"/restore", nil)
	item["organizationId"] = nil
	own := post("", "/ciphers", item)
	item["organizationId"], item["lastKnownRevisionDate"] = org.ID, own["revisionDate"]
	put("item, shared", "/ciphers/"+textIn(own, "id")+"/share",
		body{"cipher": item, "collectionIds": []string{collectionID}})
	get("export", owner, base+"/export")

	send := body{
		"type": 0, "authType": 2, "name": text, "key": text, "text": body{"text": text, "hidden": false},
		"deletionDate": time.Now().AddDate(0, 0, 7), "disabled": false, "hideEmail": false,
	}
	sent := post("send, made", "/sends", send)
	addSendAnswers(t, srv, answers, textIn(sent, "accessId"))
	delete(send, "text")
	send["type"], send["fileLength"], send["file"] = 1, 100, body{"fileName": text}
	post("file send, made", "/sends/file/v2", send)

	addSignInAnswers(t, srv, answers, owner)
	keyID := body{"userKeyId": owner.UserKey.ID()}
	const keyIDPath = "/accounts/key-management/user-key-id"
	if err := owner.Post(t.Context(), keyIDPath, keyID, nil); err != nil {
		t.Fatal(err)
	}
	if err := owner.Post(t.Context(), keyIDPath, keyID, nil); status(err) != http.StatusBadRequest {
		t.Errorf("the key's id a second time: %v, want 400", err)
	}
	first := get("", owner, "/sync?excludeDomains=true")
	second := get("sync", owner, "/sync?excludeDomains=true")
	stamp := func(sync map[string]any) string {
		profile, _ := sync["profile"].(map[string]any)
		return textIn(profile, "securityStamp")
	}
	if stamp(first) != stamp(second) {
		t.Error("the security stamp changes between syncs: a forced log-out")
	}
	get("sync of a provider user", service, "/sync?excludeDomains=true")
	revision := json.Number("")
	if err := owner.Get(t.Context(), "/accounts/revision-date", &revision); err != nil {
		t.Errorf("the revision date is no bare number: %v", err)
	}
	return answers
}

// textIn is a text of an answer; empty if there is none.
func textIn(answer map[string]any, name string) string {
	text, _ := answer[name].(string)
	return text
}

// anonymous sends what the official client sends without being signed in: forms to the token endpoint, else JSON.
func anonymous(t *testing.T, srv *emulator.Running, path string, body any) (int, map[string]any) {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}, "Bitwarden-Client-Version": {"2026.9.0"}}
	var text string
	if form, ok := body.(url.Values); ok {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range map[string]string{
			"deviceType": "25", "deviceIdentifier": "d", "deviceName": "linux", "client_id": "cli",
		} {
			if !form.Has(name) {
				form.Set(name, value)
			}
		}
		text = form.Encode()
	} else {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(encoded)
	}
	code, raw := raw(t, srv, http.MethodPost, path, text, header)
	answer := map[string]any{}
	if err := json.Unmarshal([]byte(raw), &answer); err != nil {
		t.Fatalf("%s: %d %s: %v", path, code, raw, err)
	}
	return code, answer
}

func addSignInAnswers(t *testing.T, srv *emulator.Running, answers map[string]any, p *emulator.Person) {
	t.Helper()
	ask := func(name, path string, body any) map[string]any {
		t.Helper()
		code, answer := anonymous(t, srv, path, body)
		if code != http.StatusOK {
			t.Fatalf("%s: %d %v", name, code, answer)
		}
		answers[name] = answer
		return answer
	}
	const token = "/identity/connect/token"
	byPassword := ask("token by password", token, url.Values{
		"grant_type": {"password"}, "scope": {"api offline_access"}, "username": {p.Email}, "password": {p.PasswordHash()},
	})
	ask("token by refresh", token, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {textIn(byPassword, "refresh_token")},
	})
	claims := map[string]any{}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(textIn(byPassword, "access_token"), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	answers["access token"] = claims
	id, secret, err := p.APIKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask("token by API key", token, url.Values{
		"grant_type": {"client_credentials"}, "scope": {"api"}, "client_id": {id}, "client_secret": {secret},
	})
	ask("prelogin", "/identity/accounts/prelogin/password", map[string]string{"email": p.Email})
	ask("prelogin, old path", "/identity/accounts/prelogin", map[string]string{"email": p.Email})

	// Nobody opens its keys: they are none.
	const argon = "argon@x.example"
	_, verification := raw(t, srv, http.MethodPost, "/identity/accounts/register/send-verification-email",
		`{"email":"`+argon+`"}`, http.Header{"Content-Type": {"application/json"}})
	if code, answer := anonymous(t, srv, "/identity/accounts/register/finish", map[string]any{
		"email": argon, "emailVerificationToken": strings.Trim(verification, `"`), "masterPasswordHash": "hash",
		"userSymmetricKey": "key", "kdf": 1, "kdfIterations": 3, "kdfMemory": 64, "kdfParallelism": 4,
	}); code != http.StatusOK {
		t.Fatalf("registering with Argon2id: %d %v", code, answer)
	}
	ask("prelogin, Argon2id", "/identity/accounts/prelogin/password", map[string]string{"email": argon})
	ask("token by password, Argon2id", token, url.Values{
		"grant_type": {"password"}, "scope": {"api"}, "username": {argon}, "password": {"hash"},
	})
	config := map[string]any{}
	if err := p.Get(t.Context(), "/config", &config); err != nil {
		t.Fatal(err)
	}
	answers["configuration"] = config
}

func addSendAnswers(t *testing.T, srv *emulator.Running, answers map[string]any, accessID string) {
	t.Helper()
	for name, id := range map[string]string{"send token": accessID, "send token, refused": "AAAAAAAAAAAAAAAAAAAAAA"} {
		code, answer := anonymous(t, srv, "/identity/connect/token", url.Values{
			"grant_type": {"send_access"}, "client_id": {"send"}, "scope": {"api.send.access"}, "send_id": {id},
		})
		if want := map[bool]int{true: http.StatusOK, false: http.StatusBadRequest}[id == accessID]; code != want {
			t.Errorf("%s: got %d %v, want %d", name, code, answer, want)
		}
		answers[name] = answer
	}
	granted, _ := answers["send token"].(map[string]any)
	bearer := http.Header{"Authorization": {"Bearer " + textIn(granted, "access_token")}}
	_, body := raw(t, srv, http.MethodPost, "/api/sends/access", "", bearer)
	access := map[string]any{}
	if err := json.Unmarshal([]byte(body), &access); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	answers["send for recipient"] = access
}
