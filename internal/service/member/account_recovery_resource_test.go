// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package member_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/acctest"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/crypto"
	"github.com/bitwarden-msp/terraform-provider-bitwarden/internal/emulator"
)

const (
	recoveryType   = "bitwarden_account_recovery"
	recoverAccount = "PUT /api/organizations/{orgId}/users/{id}/recover-account"

	firstPassword  = "Tide-7-lantern-orbit"
	secondPassword = "Mossy#granite-88-kite"
)

// Types of policies as the server numbers them.
const (
	masterPasswordPolicy  = 1
	singleOrgPolicy       = 3
	accountRecoveryPolicy = 8
)

// policy turns a policy on or off.
func (f *fixture) policy(t *testing.T, number int, enabled bool, data map[string]any) {
	t.Helper()
	f.put(t, fmt.Sprint("/policies/", number), map[string]any{"policy": map[string]any{"enabled": enabled, "data": data}})
}

// enrolled is a confirmed member whose account the organization can recover.
func (f *fixture) enrolled(t *testing.T, email string) (*emulator.Person, string) {
	t.Helper()
	f.policy(t, singleOrgPolicy, true, nil)
	f.policy(t, accountRecoveryPolicy, true, map[string]any{"autoEnrollEnabled": false})
	p, id := f.client.NewMember(t, email, userRole)
	f.enrol(t, p)
	return p, id
}

func (f *fixture) enrol(t *testing.T, p *emulator.Person) {
	t.Helper()
	var answer struct {
		PublicKey string `json:"publicKey"`
	}
	if err := p.Get(t.Context(), f.path("/public-key"), &answer); err != nil {
		t.Fatal(err)
	}
	public, err := crypto.ParsePublicKey(answer.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := public.Encapsulate(p.UserKey)
	if err != nil {
		t.Fatal(err)
	}
	err = p.Put(t.Context(), f.path("/users/"+p.ID+"/reset-password-enrollment"), map[string]any{
		"resetPasswordKey": wrapped, "masterPasswordHash": p.PasswordHash(),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request as an official client does, and decodes the answer. It returns the status.
func (f *fixture) ask(t *testing.T, method, path, token string, body, answer any) int {
	t.Helper()
	var raw []byte
	contentType := "application/json"
	if form, ok := body.(url.Values); ok {
		raw, contentType = []byte(form.Encode()), "application/x-www-form-urlencoded"
	} else if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, f.URL()+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Bitwarden-Client-Name", "cli")
	req.Header.Set("Bitwarden-Client-Version", "2026.9.0")
	req.Header.Set("Device-Type", "25")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := f.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode < http.StatusBadRequest && answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			t.Fatal(err)
		}
	}
	return resp.StatusCode
}

// opens logs a person in with a password and decrypts the name of the organization's first collection, which takes the
// person's key, private key and membership. Any failure is an error.
func (f *fixture) opens(t *testing.T, p *emulator.Person, password string) error {
	t.Helper()
	var prelogin struct {
		Salt *string `json:"salt"`
		KDF  struct {
			Type        crypto.KDFType `json:"kdfType"`
			Iterations  int            `json:"iterations"`
			MemoryMiB   int            `json:"memory"`
			Parallelism int            `json:"parallelism"`
		} `json:"kdfSettings"`
	}
	f.ask(t, http.MethodPost, "/identity/accounts/prelogin/password", "", map[string]any{"email": p.Email}, &prelogin)
	salt := p.Email
	if prelogin.Salt != nil {
		salt = *prelogin.Salt
	}
	master, err := crypto.DeriveMasterKey(password, salt, crypto.KDF(prelogin.KDF))
	if err != nil {
		return err
	}
	var token struct {
		AccessToken string `json:"access_token"`
		Key         string `json:"Key"`
		PrivateKey  string `json:"PrivateKey"`
	}
	status := f.ask(t, http.MethodPost, "/identity/connect/token", "", url.Values{
		"grant_type": {"password"}, "username": {p.Email}, "password": {master.AuthenticationHash(password)},
		"scope": {"api offline_access"}, "client_id": {"cli"}, "deviceType": {"25"}, "deviceName": {"test"},
		"deviceIdentifier": {"device-of-" + p.Email},
	}, &token)
	if status != http.StatusOK {
		return fmt.Errorf("the login of %s is refused with %d", p.Email, status)
	}
	userKey, err := master.UnwrapUserKey(token.Key)
	if err != nil {
		return err
	}
	private, err := userKey.UnwrapPrivateKey(token.PrivateKey)
	if err != nil {
		return err
	}
	var profile struct {
		Organizations []struct {
			Key string `json:"key"`
		} `json:"organizations"`
	}
	var collections struct {
		Data []struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	f.ask(t, http.MethodGet, "/api/accounts/profile", token.AccessToken, nil, &profile)
	if err := f.MSP.Admin.Get(t.Context(), f.path("/collections"), &collections); err != nil {
		return err
	}
	organizationKey, err := private.Decapsulate(profile.Organizations[0].Key)
	if err != nil {
		return err
	}
	name, err := organizationKey.DecryptString(collections.Data[0].Name)
	if err == nil && name != "Default collection" {
		err = fmt.Errorf("the collection is called %q", name)
	}
	return err
}

func (f *fixture) recovery(id, attributes string) string {
	return f.Config(fmt.Sprintf(`resource "bitwarden_account_recovery" "sue" {
  organization_id = %q
  member_id       = %q
%s
}
`, f.organization, id, attributes))
}

func TestAccountRecovery_basic(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sue, id := f.enrolled(t, sueEmail)
	at := recoveryType + ".sue"
	opensBy := func(password string, recoveries int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := f.Requests().Count(recoverAccount); got != recoveries {
				return fmt.Errorf("%d recoveries, want %d", got, recoveries)
			}
			return f.opens(t, sue, password)
		}
	}
	acctest.Run(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{
				Config:      f.recovery(id, `new_password_wo = "too short"`),
				ExpectError: regexp.MustCompile(`at\s+least\s+12`),
			},
			{Config: f.recovery(id, fmt.Sprintf("new_password_wo = %q", firstPassword)), Check: opensBy(firstPassword, 1)},
			{ // Another password alone does nothing.
				Config: f.recovery(id, fmt.Sprintf("new_password_wo = %q", secondPassword)), Check: opensBy(firstPassword, 1),
			},
			{
				Config: f.recovery(id, fmt.Sprintf("new_password_wo = %q\n new_password_wo_version = 2", secondPassword)),
				Check:  opensBy(secondPassword, 2),
			},
			{
				Config: f.recovery(id, fmt.Sprintf("new_password_wo = %q\n trigger = \"ticket 7\"", firstPassword)),
				Check:  opensBy(firstPassword, 3),
			},
			{ // Taking the trigger out is no reason for anything.
				Config: f.recovery(id, fmt.Sprintf("new_password_wo = %q", secondPassword)), Check: opensBy(firstPassword, 3),
			},
			{
				ResourceName: at, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "member_id",
				ImportStateId: f.organization + "/" + id,
			},
			{
				ResourceName: at, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
				ImportStateId: f.organization + "/" + id,
			},
		},
	})
	if err := f.opens(t, sue, emulator.Password); err == nil {
		t.Error("the old password still opens the account")
	}
	if err := f.opens(t, sue, firstPassword); err != nil {
		t.Errorf("the destroyed recovery took the password along: %v", err)
	}
}

func TestAccountRecovery_refusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	_, id := f.client.NewMember(t, sueEmail, userRole)
	config := func(changes map[string]any) map[string]any {
		all := map[string]any{"organization_id": f.organization, "member_id": id, "new_password_wo": firstPassword}
		maps.Copy(all, changes)
		return all
	}
	plan := func(changes map[string]any) acctest.Problems {
		_, problems := f.Protocol(t).Plan(recoveryType, nil, config(changes))
		return problems
	}
	plan(nil).WantError(t, "", "policy for account recovery is off")
	f.policy(t, singleOrgPolicy, true, nil)
	f.policy(t, accountRecoveryPolicy, true, map[string]any{"autoEnrollEnabled": false})
	plan(nil).WantError(t, "member_id", sueEmail+" has not enrolled")
	plan(map[string]any{"reset_two_step_login": true, "new_password_wo": nil}).
		WantError(t, "member_id", "has not enrolled")
	plan(map[string]any{"member_id": f.organization}).WantError(t, "", f.organization)
	if err := f.client.Invite(t.Context(), "ian@bakery.example", userRole); err != nil {
		t.Fatal(err)
	}
	plan(map[string]any{"member_id": f.find(t, "ian@bakery.example").ID}).WantError(t, "member_id", "is invited")

	f.enrol(t, f.owner)
	config = func(changes map[string]any) map[string]any {
		all := map[string]any{"organization_id": f.organization, "member_id": f.ownerID, "new_password_wo": firstPassword}
		maps.Copy(all, changes)
		return all
	}
	f.policy(t, masterPasswordPolicy, true, map[string]any{
		"minComplexity": 4, "minLength": 30, "requireUpper": true, "requireNumbers": true, "requireSpecial": true,
	})
	plan(map[string]any{"new_password_wo": "password password"}).WantError(t, "new_password_wo",
		"30 characters", "a capital letter", "a digit", "one of !@#$%^&*", "strength of at least 4")
	plan(map[string]any{"new_password_wo": nil, "reset_two_step_login": true}).WantNone(t)
	plan(map[string]any{"new_password_wo": nil}).WantError(t, "new_password_wo", "Nothing to recover")
	plan(map[string]any{"new_password_wo": nil, "member_id": acctest.Unknown}).
		WantError(t, "new_password_wo", "Nothing to recover")

	if f.Requests().Count(recoverAccount) != 0 {
		t.Error("a plan has recovered an account")
	}
}

// Who belongs to a provider that the acting account is not in is not recovered by it.
func TestAccountRecovery_rank(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	f.enrolled(t, "other@bakery.example")
	rival, id := f.enrolled(t, sueEmail)
	if _, err := f.OpenProvider(t.Context(), "Rival MSP", rival.Email); err != nil {
		t.Fatal(err)
	}
	config := map[string]any{"organization_id": f.organization, "member_id": id, "new_password_wo": firstPassword}
	made, problems := f.Protocol(t).Apply(recoveryType, nil, config)
	if problems.WantError(t, "member_id", "may not recover "+sueEmail); made != nil {
		t.Errorf("a state after a refusal: %v", made)
	}
}

// A finished recovery needs no password, until it is asked for again.
func TestAccountRecovery_finished(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sue, id := f.enrolled(t, sueEmail)
	config := func(changes map[string]any) map[string]any {
		all := map[string]any{"organization_id": f.organization, "member_id": id, "trigger": "one"}
		maps.Copy(all, changes)
		return all
	}
	imported, problems := f.Protocol(t).ImportByIdentity(recoveryType, map[string]any{
		"organization_id": f.organization, "member_id": id,
	})
	problems.WantNone(t)
	generated := config(map[string]any{"trigger": nil, "reset_two_step_login": false})
	f.Protocol(t).Validate(recoveryType, generated).WantNone(t)
	adopted, problems := f.Protocol(t).Apply(recoveryType, imported, generated)
	problems.WantNone(t)
	made, problems := f.Protocol(t).Apply(recoveryType, nil, config(map[string]any{"new_password_wo": firstPassword}))
	problems.WantNone(t)
	for name, test := range map[string]struct {
		state   *acctest.Object
		changes map[string]any
		lacks   bool
	}{
		"nothing changes":           {made, nil, false},
		"trigger taken out":         {made, map[string]any{"trigger": nil}, false},
		"another trigger":           {made, map[string]any{"trigger": "two"}, true},
		"a trigger to come":         {made, map[string]any{"trigger": acctest.Unknown}, false},
		"a version":                 {made, map[string]any{"new_password_wo_version": 1}, true},
		"a trigger with a password": {made, map[string]any{"trigger": "two", "new_password_wo": secondPassword}, false},
		"a trigger of two-step login": {
			made, map[string]any{"trigger": "two", "reset_two_step_login": true}, false,
		},
		"imported and left alone":           {adopted, map[string]any{"trigger": nil}, false},
		"imported and first triggered":      {adopted, nil, true},
		"imported, with a trigger at once":  {imported, nil, false},
		"imported, then a password to come": {adopted, map[string]any{"new_password_wo": acctest.Unknown}, false},
	} {
		_, problems := f.Protocol(t).Plan(recoveryType, test.state, config(test.changes))
		if got := len(problems) > 0; got != test.lacks {
			t.Errorf("%s: %s", name, problems)
		} else if test.lacks {
			problems.WantError(t, "new_password_wo", "Nothing to recover", "new_password_wo")
		}
	}
	if err := f.opens(t, sue, firstPassword); err != nil || f.Requests().Count(recoverAccount) != 1 {
		t.Errorf("%d recoveries, %v", f.Requests().Count(recoverAccount), err)
	}
}

// An imported recovery counts as done, and a failed one is tried again.
func TestAccountRecovery_protocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 0)
	sue, id := f.enrolled(t, sueEmail)
	config := map[string]any{
		"organization_id": f.organization, "member_id": id, "new_password_wo": firstPassword, "trigger": "one",
	}
	imported, problems := f.Protocol(t).ImportByIdentity(recoveryType, map[string]any{
		"organization_id": f.organization, "member_id": id,
	})
	problems.WantNone(t)
	adopted, problems := f.Protocol(t).Apply(recoveryType, imported, config)
	problems.WantNone(t)
	if got := f.Requests().Count(recoverAccount); got != 0 {
		t.Errorf("the import led to %d recoveries", got)
	}
	config["trigger"] = "two"
	if err := f.Fail(recoverAccount, emulator.Fault{Status: http.StatusBadRequest, Times: 1}); err != nil {
		t.Fatal(err)
	}
	failed, problems := f.Protocol(t).Apply(recoveryType, adopted, config)
	problems.WantError(t, "", "Could not recover account")
	if got := failed.Attributes(t)["trigger"]; got != "one" {
		t.Errorf("after a failure the trigger is %v", got)
	}
	done, problems := f.Protocol(t).Apply(recoveryType, failed, config)
	problems.WantNone(t)
	if err := f.opens(t, sue, firstPassword); err != nil {
		t.Error(err)
	}
	if got := done.Attributes(t)["new_password_wo"]; got != nil {
		t.Error("the password is in the state")
	}
	f.vanish(t, id)
	state, problems := f.Protocol(t).Read(recoveryType, done)
	problems.WantWarning(t, "", "vanished member", id)
	if state != nil {
		t.Error("the recovery of a vanished member is still in the state")
	}
}
