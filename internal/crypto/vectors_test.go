// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package crypto_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
)

// vaultFiles are the vectors that the tests of package vault check. It fails on a kind it does not know, as
// TestVectors does.
var vaultFiles = []string{"attachment.json", "cipher-blob.json", "cipher.json", "export.json"}

// totalVectors is the number of vectors in testdata, those of package vault included.
const totalVectors = 243

type vector struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Inputs   json.RawMessage `json:"inputs"`
	Expected json.RawMessage `json:"expected"`
}

func readVectors(tb testing.TB, file string) []vector {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		tb.Fatal(err)
	}
	var content struct {
		Vectors []vector `json:"vectors"`
	}
	if err := json.Unmarshal(b, &content); err != nil {
		tb.Fatal(err)
	}
	return content.Vectors
}

func vectorFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		paths[i] = filepath.Base(path)
	}
	return paths
}

// handlers check the vectors, by kind.
var handlers = map[string]func(*testing.T, vector){
	"masterPassword":             checkMasterPassword,
	"masterKey":                  checkMasterKey,
	"stretch":                    checkStretch,
	"authHash":                   checkAuthHash,
	"kdfRefused":                 checkKDFRefused,
	"unlockUserKey":              checkUnlockUserKey,
	"unwrapUserKeyWithMasterKey": checkUnwrapUserKeyWithMasterKey,
	"unlockAccountV1":            checkUnlockAccountV1,
	"unlockAccountV2":            checkUnlockAccountV2,
	"unlockAccountV2FromUserKey": checkUnlockAccountV2,
	"refuseAccountV2":            checkRefuseAccountV2,
	"decrypt":                    checkDecrypt,
	"decryptStringFails":         checkDecryptStringFails,
	"coseEncrypt0":               checkCOSEEncrypt0,
	"bufferForm":                 checkBufferForm,
	"keyId":                      checkKeyID,
	"unwrapSymmetricKey":         checkUnwrapSymmetricKey,
	"unwrapBytes":                checkUnwrapBytes,
	"decapsulate":                checkDecapsulate,
	"fingerprint":                checkFingerprint,
	"decryptCollection":          checkDecryptCollection,
	"providerClient":             checkProviderClient,
	"confirmRequest":             checkConfirmRequest,
	"createCollectionRequest":    checkCreateCollectionRequest,
	"deviceApproval":             checkDeviceApproval,
	"accountRecovery":            checkAccountRecovery,
	"shareableKey":               checkShareableKey,
	"sendKey":                    checkSendKey,
	"decryptSend":                checkDecryptSend,
	"accessSend":                 checkAccessSend,
	"refuseAccess":               checkRefuseAccess,
	"accessId":                   checkAccessID,
	"sendPasswordHash":           checkSendPasswordHash,
	"sendRequest":                checkSendRequest,
	"fileSend":                   checkFileSend,

	"refuse: decrypt string":       checkRefuse,
	"refuse: parse":                checkRefuse,
	"refuse: unwrap symmetric key": checkRefuse,
	"refuse: unwrap private key":   checkRefuse,
	"refuse: decrypt file buffer":  checkRefuse,
	"refuse: unlock":               checkRefuse,
	"refuse: decapsulate":          checkRefuse,
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, file := range vectorFiles(t) {
		if slices.Contains(vaultFiles, file) {
			continue
		}
		t.Run(strings.TrimSuffix(file, ".json"), func(t *testing.T) {
			t.Parallel()
			for _, v := range readVectors(t, file) {
				check, ok := handlers[v.Kind]
				if !ok {
					t.Fatalf("no test for the kind %q of vector %q", v.Kind, v.Name)
				}
				t.Run(v.Kind+"/"+v.Name, func(t *testing.T) {
					t.Parallel()
					check(t, v)
				})
			}
		})
	}
}

func TestVectors_allAreThere(t *testing.T) {
	t.Parallel()
	total := 0
	used := map[string]bool{}
	files := vectorFiles(t)
	for _, file := range files {
		vectors := readVectors(t, file)
		total += len(vectors)
		t.Logf("%-18s %3d", file, len(vectors))
		for _, v := range vectors {
			used[v.Kind] = true
			if _, ok := handlers[v.Kind]; !ok && !slices.Contains(vaultFiles, file) {
				t.Errorf("%s: no test for the kind %q", file, v.Kind)
			}
		}
	}
	for _, file := range vaultFiles {
		if !slices.Contains(files, file) {
			t.Errorf("%s is missing", file)
		}
	}
	for kind := range handlers {
		if !used[kind] {
			t.Errorf("no vector of the kind %q", kind)
		}
	}
	if total != totalVectors {
		t.Errorf("%d vectors, want %d", total, totalVectors)
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

// b64 is bytes that JSON holds as standard base64 with padding.
type b64 []byte

func (b b64) String() string { return base64.StdEncoding.EncodeToString(b) }

type kdfParams struct {
	Type        crypto.KDFType `json:"kdfType"`
	Iterations  int            `json:"iterations"`
	Memory      int            `json:"memory"`
	Parallelism int            `json:"parallelism"`
}

func (k kdfParams) kdf() crypto.KDF {
	return crypto.KDF{Type: k.Type, Iterations: k.Iterations, MemoryMiB: k.Memory, Parallelism: k.Parallelism}
}

// skipSlow skips under -short what takes more than a blink.
func (k kdfParams) skipSlow(t *testing.T) {
	t.Helper()
	if testing.Short() && (k.Iterations > 100_000 || k.Memory > 16) {
		t.Skip("slow key derivation")
	}
}

func symmetricKey(t *testing.T, encoded b64) crypto.SymmetricKey {
	t.Helper()
	return ok(crypto.ParseSymmetricKey(encoded))(t)
}

func privateKey(t *testing.T, der b64) crypto.PrivateKey {
	t.Helper()
	return ok(crypto.ParsePrivateKey(der))(t)
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

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// equalIfStated compares only what the vector states.
func equalIfStated[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	var zero T
	if want != zero {
		equal(t, what, got, want)
	}
}

func equalBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

// refused checks for this package's error, of one of the kinds if any are given.
func refused(t *testing.T, err error, kinds ...crypto.Kind) {
	t.Helper()
	e, typed := errors.AsType[*crypto.Error](err)
	if !typed {
		t.Fatalf("the error is %v, want one of this package", err)
	}
	if len(kinds) > 0 && !slices.Contains(kinds, e.Kind) {
		t.Errorf("the error is %q, want kind %v", err, kinds)
	}
	for _, kind := range kinds {
		equal(t, "IsKind of "+kind.String(), crypto.IsKind(err, kind), e.Kind == kind)
	}
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	return ok(hex.DecodeString(text))(t)
}

// derivations remembers master keys, since several vectors are about the same account and deriving is slow on purpose.
var derivations struct {
	sync.Mutex
	once map[passwordAndSalt]func() (crypto.MasterKey, error)
}

// deriveMasterKey is crypto.DeriveMasterKey, once per password, salt and parameters.
func deriveMasterKey(t *testing.T, password, salt string, kdf kdfParams) crypto.MasterKey {
	t.Helper()
	kdf.skipSlow(t)
	key := passwordAndSalt{Password: password, Salt: salt, KDF: kdf}
	derivations.Lock()
	derive, known := derivations.once[key]
	if !known {
		if derivations.once == nil {
			derivations.once = map[passwordAndSalt]func() (crypto.MasterKey, error){}
		}
		derive = sync.OnceValues(func() (crypto.MasterKey, error) {
			return crypto.DeriveMasterKey(password, salt, kdf.kdf())
		})
		derivations.once[key] = derive
	}
	derivations.Unlock()
	return ok(derive())(t)
}
