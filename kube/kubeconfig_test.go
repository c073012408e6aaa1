package kube

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

const config = `apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c, cluster: {server: "https://127.0.0.1:1", certificate-authority: ca.crt}}
- {name: d, cluster: {server: "https://127.0.0.1:2"}}
users:
- {name: u, user: {tokenFile: %s}}
- {name: w, user: {token: t0ps3cret, client-certificate: missing.crt}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: d, user: w}}
- {name: three, context: {cluster: nowhere, user: u}}
`

func TestKubeconfig(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("ca.crt", "-----BEGIN CERTIFICATE-----")
	path := write("config", fmt.Sprintf(config, write("token", "t0ken\n")))
	c, err := Kubeconfig(path, "")
	if err != nil {
		t.Fatal(err)
	}
	text := c.Kubeconfig.Reveal()
	if c.Ref.Name != "one" || c.Context != "one" || !strings.Contains(text, "token: t0ken") || !strings.Contains(text, "certificate-authority-data: ") ||
		strings.Contains(text, dir) || strings.Contains(text, "t0ps3cret") {
		t.Errorf("%s %s:\n%s", c.Ref.Name, c.Context, text)
	}
	failures := []struct{ path, context, want string }{
		{path, "two", "cannot be read"},
		{path, "three", "names a cluster or user that is not there"},
		{path, "four", `no context "four"`},
		{path, "four", "one, three, two"},
		{filepath.Join(dir, "none"), "", "there is no kubeconfig"},
		{write("bad", "\tt0ps3cret: ["), "", "is not a kubeconfig"},
		{write("empty", ""), "", "has no context"},
		{"", "", "there is no kubeconfig, and this is not a pod"},
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for _, f := range failures {
		_, err := Kubeconfig(f.path, f.context)
		if kind := models.KindOf(err); kind != models.Invalid && kind != models.NotFound || !strings.Contains(err.Error(), f.want) || strings.Contains(err.Error(), "t0ps3cret") {
			t.Errorf("%q %q: %v", f.path, f.context, err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	of := func(content, context string) string {
		c, err := ParseKubeconfig([]byte(content), context)
		if err != nil {
			t.Fatal(err)
		}
		r, err := restConfig(c, Guard{})
		if err != nil {
			t.Fatal(err)
		}
		return fingerprint(r, c.Imported)
	}
	make := func(name, server, token string) string {
		return fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: %[1]s, clusters: [{name: %[1]s, cluster: {server: %[2]q}}], users: [{name: %[1]s, user: {token: %[3]q}}], contexts: [{name: %[1]s, context: {cluster: %[1]s, user: %[1]s}}]}", name, server, token)
	}
	a := of(make("a", "https://h:1", "x"), "")
	if a != of(make("b", "https://h:1", "x"), "b") {
		t.Error("names make a difference")
	}
	if a == of(make("a", "https://h:2", "x"), "") || a == of(make("a", "https://h:1", "y"), "") {
		t.Error("server and token make none")
	}
	c, err := ImportKubeconfig(models.Secret(make("a", "https://h:1", "x")), "", Guard{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := restConfig(c, Guard{})
	if err != nil {
		t.Fatal(err)
	}
	if a == fingerprint(r, c.Imported) {
		t.Error("a cluster that was imported shares the connection of one that was not")
	}
}
