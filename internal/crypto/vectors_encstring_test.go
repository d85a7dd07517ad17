// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// stated is the failure that a vector states.
type stated struct {
	Error      string `json:"error"`
	SDKMessage string `json:"sdkMessage"`
}

type keyAndText struct {
	Key  b64    `json:"key"`
	Text string `json:"encString"`
}

func checkDecrypt(t *testing.T, v vector) {
	t.Helper()
	in := decode[keyAndText](t, v.Inputs)
	want := decode[struct {
		Plaintext b64    `json:"plaintextB64"`
		Kind      string `json:"kind"`
	}](t, v.Expected)
	k := symmetricKey(t, in.Key)
	if want.Kind == "string" {
		equal(t, "text", ok(k.DecryptString(in.Text))(t), string(want.Plaintext))
		again := ok(k.EncryptString(string(want.Plaintext)))(t)
		equal(t, "round trip", ok(k.DecryptString(again))(t), string(want.Plaintext))
		if !strings.Contains(v.Name, "lenient") {
			equal(t, "length of what is made here", len(again), len(in.Text))
		}
		return
	}
	equalBytes(t, "bytes", ok(k.DecryptBytes(in.Text))(t), want.Plaintext)
	again := ok(k.EncryptBytes(want.Plaintext))(t)
	equalBytes(t, "round trip", ok(k.DecryptBytes(again))(t), want.Plaintext)
	equal(t, "length of what is made here", len(again), len(in.Text))
}

func checkDecryptStringFails(t *testing.T, v vector) {
	t.Helper()
	in := decode[keyAndText](t, v.Inputs)
	want := decode[stated](t, v.Expected)
	equal(t, "stated error", want.Error, "InvalidUtf8String")
	_, err := symmetricKey(t, in.Key).DecryptString(in.Text)
	refused(t, err, crypto.Malformed)
}

func checkCOSEEncrypt0(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		ID        string `json:"keyIdHex"`
		Key       string `json:"keyHex"`
		Algorithm int32  `json:"algorithm"`
		Message   b64    `json:"coseB64"`
	}](t, v.Inputs)
	want := decode[struct {
		Plaintext b64    `json:"plaintextB64"`
		Format    string `json:"contentFormat"`
	}](t, v.Expected)
	equal(t, "content format", want.Format, "octet-stream (42)")
	bare := append([]byte{0xa4, 0x01, 0x04, 0x02, 0x50}, fromHex(t, in.ID)...)
	bare = binary.BigEndian.AppendUint32(append(bare, 0x03, 0x3a), uint32(-1-in.Algorithm))
	bare = append(append(bare, 0x20, 0x58, 0x20), fromHex(t, in.Key)...)
	k := symmetricKey(t, crypto.PadKeyForTest(bare))
	equal(t, "key id", k.ID(), in.ID)
	equalBytes(t, "bytes", ok(k.DecryptBytes("7."+in.Message.String()))(t), want.Plaintext)
	buffer := append([]byte{7}, in.Message...)
	equalBytes(t, "bytes of the binary form", ok(k.DecryptBuffer(buffer))(t), want.Plaintext)
}

func checkBufferForm(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Text string `json:"encString"`
	}](t, v.Inputs)
	want := decode[struct {
		Buffer b64 `json:"bufferB64"`
	}](t, v.Expected)
	equalBytes(t, "buffer", ok(crypto.TextToBufferForTest(in.Text))(t), want.Buffer)
	equal(t, "text", ok(crypto.ParseTextForTest(in.Text))(t), in.Text)
}

func checkKeyID(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key b64 `json:"key"`
	}](t, v.Inputs)
	want := decode[struct {
		ID string `json:"keyId"`
	}](t, v.Expected)
	equal(t, "key id", symmetricKey(t, in.Key).ID(), want.ID)
}

type wrapped struct {
	Key  b64    `json:"wrappingKey"`
	Text string `json:"wrapped"`
}

func checkUnwrapSymmetricKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[wrapped](t, v.Inputs)
	want := decode[struct {
		Key b64 `json:"keyB64"`
	}](t, v.Expected)
	k := symmetricKey(t, in.Key)
	inner := ok(k.UnwrapKey(in.Text))(t)
	equalBytes(t, "key", inner.ExposeEncoded(), want.Key)
	again := ok(k.WrapKey(inner))(t)
	equalBytes(t, "round trip", ok(k.UnwrapKey(again))(t).ExposeEncoded(), want.Key)
	equal(t, "length of what is made here", len(again), len(in.Text))
}

func checkUnwrapBytes(t *testing.T, v vector) {
	t.Helper()
	in := decode[wrapped](t, v.Inputs)
	want := decode[struct {
		Plaintext b64 `json:"plaintextB64"`
	}](t, v.Expected)
	k := symmetricKey(t, in.Key)
	if strings.HasPrefix(v.Name, "public key") {
		equal(t, "public key", ok(k.UnwrapPublicKey(in.Text))(t).Base64(), want.Plaintext.String())
		return
	}
	p := ok(k.UnwrapPrivateKey(in.Text))(t)
	equalBytes(t, "private key", p.ExposePKCS8(), want.Plaintext)
	again := ok(k.WrapPrivateKey(p))(t)
	equalBytes(t, "round trip", ok(k.UnwrapPrivateKey(again))(t).ExposePKCS8(), want.Plaintext)
	equal(t, "length of what is made here", len(again), len(in.Text))
}

func checkDecapsulate(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		PrivateKey b64    `json:"privateKeyPkcs8B64"`
		Text       string `json:"encString"`
	}](t, v.Inputs)
	want := decode[struct {
		Key b64 `json:"keyB64"`
	}](t, v.Expected)
	p := privateKey(t, in.PrivateKey)
	k := ok(p.Decapsulate(in.Text))(t)
	equalBytes(t, "key", k.ExposeEncoded(), want.Key)
	again := ok(p.Public().Encapsulate(k))(t)
	equal(t, "type of what is made here", again[:2], "4.")
	equalBytes(t, "round trip", ok(p.Decapsulate(again))(t).ExposeEncoded(), want.Key)
}

// refusals are the kinds that answer to the failures that the official SDK reports.
var refusals = map[string][]crypto.Kind{
	"Decrypt":              {crypto.AuthenticationFailed},
	"KeyDecrypt":           {crypto.AuthenticationFailed},
	"UnparseableEncString": {crypto.Malformed, crypto.UnsupportedType},
	"EncString":            {crypto.Malformed, crypto.UnsupportedType},
	"WrongKeyType":         {crypto.WrongKeyType},
	"WrongCoseKeyId":       {crypto.WrongKeyID},
	"InvalidKeyLen":        {crypto.InvalidKey},
	"InvalidKey":           {crypto.InvalidKey},
}

func checkRefuse(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Key        b64       `json:"key"`
		Text       string    `json:"encString"`
		Buffer     b64       `json:"bufferB64"`
		PrivateKey b64       `json:"privateKeyPkcs8"`
		Password   string    `json:"password"`
		Email      string    `json:"email"`
		KDF        kdfParams `json:"kdf"`
	}](t, v.Inputs)
	want := decode[stated](t, v.Expected)
	kinds, known := refusals[want.Error]
	if !known {
		t.Fatalf("unknown failure %q", want.Error)
	}
	if v.Kind == "refuse: unlock" { // the SDK calls all of them an invalid key
		kinds = []crypto.Kind{crypto.WrongPassword}
		if strings.HasPrefix(in.Text, "7.") {
			kinds = []crypto.Kind{crypto.UnsupportedType}
		}
		m := deriveMasterKey(t, in.Password, in.Email, in.KDF)
		k, err := m.UnwrapUserKey(in.Text)
		refused(t, err, kinds...)
		equal(t, "IsZero", k.IsZero(), true)
		return
	}
	if v.Kind == "refuse: decapsulate" {
		k, err := privateKey(t, in.PrivateKey).Decapsulate(in.Text)
		refused(t, err, kinds...)
		equal(t, "IsZero", k.IsZero(), true)
		return
	}
	k, err := crypto.ParseSymmetricKey(in.Key)
	if want.Error == "InvalidKey" || strings.HasPrefix(v.Name, "symmetric key of") {
		refused(t, err, kinds...)
		equal(t, "IsZero", k.IsZero(), true)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var leaked int
	switch v.Kind {
	case "refuse: unwrap symmetric key":
		var inner crypto.SymmetricKey
		inner, err = k.UnwrapKey(in.Text)
		leaked = len(inner.ExposeEncoded())
	case "refuse: unwrap private key":
		var inner crypto.PrivateKey
		inner, err = k.UnwrapPrivateKey(in.Text)
		leaked = len(inner.ExposePKCS8())
	case "refuse: decrypt file buffer":
		var plaintext []byte
		plaintext, err = k.DecryptBuffer(in.Buffer)
		leaked = len(plaintext)
	case "refuse: parse":
		// A text that does not parse is refused whatever the key is.
		_, parseErr := crypto.ParseTextForTest(in.Text)
		refused(t, parseErr, kinds...)
		fallthrough
	default:
		var plaintext string
		plaintext, err = k.DecryptString(in.Text)
		leaked = len(plaintext)
	}
	refused(t, err, kinds...)
	equal(t, "bytes given out", leaked, 0)
}

func checkShareableKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		Secret b64    `json:"secretB64"`
		Name   string `json:"name"`
		Info   string `json:"info"`
	}](t, v.Inputs)
	want := decode[struct {
		Key b64 `json:"keyB64"`
	}](t, v.Expected)
	k := ok(crypto.ShareableKeyForTest(in.Secret, in.Name, in.Info))(t)
	equalBytes(t, "key", k.ExposeEncoded(), want.Key)
}

func checkSendKey(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		UserKey b64    `json:"userKey"`
		Key     string `json:"key"`
	}](t, v.Inputs)
	want := decode[struct {
		Key b64 `json:"sendKeyB64"`
	}](t, v.Expected)
	s := ok(symmetricKey(t, in.UserKey).UnwrapSendKey(in.Key))(t)
	equalBytes(t, "send key", s.Key().ExposeEncoded(), want.Key)
}

// sendBody is what the tests need of a send; the rest of its members is plain.
type sendBody struct {
	ID         string  `json:"id"`
	AccessID   string  `json:"accessId"`
	Name       string  `json:"name"`
	Notes      *string `json:"notes"`
	Key        string  `json:"key"`
	Password   string  `json:"password"`
	FileLength int     `json:"fileLength"`
	Text       *struct {
		Text string `json:"text"`
	} `json:"text"`
	File *struct {
		FileName string `json:"fileName"`
	} `json:"file"`
}

// sendVector reads the inputs of all vectors about sends.
func sendVector(t *testing.T, v vector) (userKey b64, urlKey string, body sendBody, uploaded b64) {
	t.Helper()
	in := decode[struct {
		UserKey  b64             `json:"userKey"`
		URLKey   string          `json:"urlKey"`
		Send     json.RawMessage `json:"send"`
		Body     json.RawMessage `json:"body"`
		Response json.RawMessage `json:"response"`
		Uploaded b64             `json:"uploadedB64"`
	}](t, v.Inputs)
	for _, raw := range []json.RawMessage{in.Send, in.Body, in.Response} {
		if raw == nil {
			continue
		}
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatal(err)
		}
	}
	return in.UserKey, in.URLKey, body, in.Uploaded
}

type sendExpected struct {
	Seed         b64     `json:"seedB64"`
	SeedHex      string  `json:"seedHex"`
	URLKey       string  `json:"urlKey"`
	Name         string  `json:"name"`
	Notes        *string `json:"notes"`
	Text         string  `json:"text"`
	FileName     string  `json:"fileName"`
	Contents     b64     `json:"contentsB64"`
	Password     string  `json:"password"`
	PasswordHash string  `json:"passwordHashB64"`
}

func checkSendContent(t *testing.T, s crypto.SendKey, body sendBody, want sendExpected) {
	t.Helper()
	k := s.Key()
	name := ok(k.DecryptString(body.Name))(t)
	equalIfStated(t, "name", name, want.Name)
	if body.Notes != nil {
		equal(t, "notes", ok(k.DecryptString(*body.Notes))(t), *want.Notes)
	} else if want.Notes != nil {
		t.Errorf("there are no notes, want %q", *want.Notes)
	}
	if body.Text != nil {
		equal(t, "text", ok(k.DecryptString(body.Text.Text))(t), want.Text)
	}
	if body.File != nil {
		equal(t, "file name", ok(k.DecryptString(body.File.FileName))(t), want.FileName)
	}
	if body.Text == nil && body.File == nil {
		t.Error("neither text nor file")
	}
	if want.Password != "" {
		equal(t, "password hash", ok(s.PasswordHash(want.Password))(t), body.Password)
		equalIfStated(t, "stated password hash", body.Password, want.PasswordHash)
	}
}

func checkDecryptSend(t *testing.T, v vector) {
	t.Helper()
	userKey, _, body, _ := sendVector(t, v)
	want := decode[sendExpected](t, v.Expected)
	k := symmetricKey(t, userKey)
	s := ok(k.UnwrapSendKey(body.Key))(t)
	equal(t, "key of the link", s.ExposeURLKey(), want.URLKey)
	again := ok(k.UnwrapSendKey(ok(k.WrapSendKey(s))(t)))(t)
	equal(t, "round trip", again.ExposeURLKey(), want.URLKey)
	parsed := ok(crypto.ParseSendKey(want.URLKey))(t)
	equal(t, "parsed key of the link", parsed.Key().Equal(s.Key()), true)
	checkSeed(t, s, fromHex(t, want.SeedHex))
	checkSendContent(t, s, body, want)
	if body.AccessID != "" {
		equal(t, "access id", ok(crypto.SendAccessID(body.ID))(t), body.AccessID)
	}
}

// checkSeed compares the seed, if one is stated.
func checkSeed(t *testing.T, s crypto.SendKey, seed []byte) {
	t.Helper()
	if len(seed) > 0 {
		want := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(b64(seed).String()), "=")
		equal(t, "seed "+hex.EncodeToString(seed), s.ExposeURLKey(), want)
	}
}

func checkAccessSend(t *testing.T, v vector) {
	t.Helper()
	_, urlKey, body, _ := sendVector(t, v)
	s := ok(crypto.ParseSendKey(urlKey))(t)
	checkSendContent(t, s, body, decode[sendExpected](t, v.Expected))
}

func checkRefuseAccess(t *testing.T, v vector) {
	t.Helper()
	_, urlKey, body, _ := sendVector(t, v)
	want := decode[stated](t, v.Expected)
	kind, known := map[string]crypto.Kind{
		"Key: The send key is not valid url-safe base64": crypto.Malformed,
		"Key: The send key must be 16 bytes":             crypto.InvalidKey,
		"Crypto: The decryption operation failed":        crypto.AuthenticationFailed,
	}[want.Error]
	if !known {
		t.Fatalf("unknown failure %q", want.Error)
	}
	s, err := crypto.ParseSendKey(urlKey)
	if kind != crypto.AuthenticationFailed {
		refused(t, err, kind)
		equal(t, "IsZero", s.IsZero(), true)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Key().DecryptString(body.Name)
	refused(t, err, kind)
}

func checkAccessID(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		ID string `json:"id"`
	}](t, v.Inputs)
	want := decode[struct {
		AccessID string `json:"accessId"`
	}](t, v.Expected)
	equal(t, "access id", ok(crypto.SendAccessID(in.ID))(t), want.AccessID)
	equal(t, "id", ok(crypto.SendIDFromAccessID(want.AccessID))(t), in.ID)
}

func checkSendPasswordHash(t *testing.T, v vector) {
	t.Helper()
	in := decode[struct {
		URLKey   string `json:"urlKey"`
		Password string `json:"password"`
	}](t, v.Inputs)
	want := decode[sendExpected](t, v.Expected)
	s := ok(crypto.ParseSendKey(in.URLKey))(t)
	equal(t, "password hash", ok(s.PasswordHash(in.Password))(t), want.PasswordHash)
}

func checkSendRequest(t *testing.T, v vector) {
	t.Helper()
	userKey, _, body, _ := sendVector(t, v)
	want := decode[sendExpected](t, v.Expected)
	s := ok(symmetricKey(t, userKey).UnwrapSendKey(body.Key))(t)
	checkSeed(t, s, want.Seed)
	checkSendContent(t, s, body, want)
}

func checkFileSend(t *testing.T, v vector) {
	t.Helper()
	userKey, _, body, uploaded := sendVector(t, v)
	want := decode[sendExpected](t, v.Expected)
	s := ok(symmetricKey(t, userKey).UnwrapSendKey(body.Key))(t)
	checkSeed(t, s, want.Seed)
	checkSendContent(t, s, body, want)
	equal(t, "length of the upload", len(uploaded), body.FileLength)
	equalBytes(t, "contents", ok(s.Key().DecryptBuffer(uploaded))(t), want.Contents)
	equal(t, "length of what is made here", len(ok(s.Key().EncryptBuffer(want.Contents))(t)), body.FileLength)
}
