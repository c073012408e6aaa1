package kube

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/mulebot/mulebot/models"
)

// imported is a kubeconfig with what a test puts into its cluster and its user.
func imported(cluster, user string) models.Secret {
	return models.Secret(fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {%s}}], users: [{name: u, user: {%s}}], "+
		"contexts: [{name: c, context: {cluster: c, user: u}}]}", cluster, user))
}

const (
	harmlessServer = `server: "https://api.example.com:6443"`
	harmlessUser   = "token: t0ps3cret"
)

func TestGuardRefuses(t *testing.T) {
	for name, c := range map[string]struct{ cluster, user, want string }{
		"exec":                  {harmlessServer, "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}", "exec plugin"},
		"auth-provider":         {harmlessServer, "auth-provider: {name: gcp}", "auth-provider"},
		"tokenFile":             {harmlessServer, "tokenFile: /etc/passwd", "file"},
		"client-certificate":    {harmlessServer, "client-certificate: /etc/passwd", "file"},
		"client-key":            {harmlessServer, "client-key: /etc/passwd", "file"},
		"certificate-authority": {harmlessServer + ", certificate-authority: /etc/passwd", harmlessUser, "file"},
		"insecure":              {harmlessServer + ", insecure-skip-tls-verify: true", harmlessUser, "insecure-skip-tls-verify"},
		"proxy-url":             {harmlessServer + `, proxy-url: "http://10.0.0.1:3128"`, harmlessUser, "proxy-url"},
		"no TLS":                {`server: "http://api.example.com"`, harmlessUser, "without TLS"},
		"another scheme":        {`server: "unix:///run/docker.sock"`, harmlessUser, "no URL"},
		"no scheme":             {`server: "api.example.com:6443"`, harmlessUser, "no URL"},
		"no server":             {`server: ""`, harmlessUser, "no URL"},
		"password in the URL":   {`server: "https://me:t0ps3cret@api.example.com"`, harmlessUser, "more than a host"},
		"metadata":              {`server: "https://169.254.169.254"`, harmlessUser, "169.254.169.254"},
		"metadata, AWS IPv6":    {`server: "https://[fd00:ec2::254]:443"`, harmlessUser, "fd00:ec2::254"},
		"mapped":                {`server: "https://[::ffff:169.254.169.254]"`, harmlessUser, "169.254.169.254"},
		"translated":            {`server: "https://[64:ff9b::169.254.169.254]"`, harmlessUser, "64:ff9b::"},
		"link-local":            {`server: "https://[fe80::1]"`, harmlessUser, "fe80::1"},
		"unspecified":           {`server: "https://0.0.0.0:6443"`, harmlessUser, "0.0.0.0"},
		"unspecified, IPv6":     {`server: "https://[::]:6443"`, harmlessUser, "::"},
		"unspecified, mapped":   {`server: "https://[::ffff:0.0.0.0]:6443"`, harmlessUser, "0.0.0.0"},
		"loopback":              {`server: "https://127.0.0.1:6443"`, harmlessUser, "127.0.0.1"},
		"loopback, another":     {`server: "https://127.8.9.10"`, harmlessUser, "127.8.9.10"},
		"loopback, IPv6":        {`server: "https://[::1]:6443"`, harmlessUser, "::1"},
		"loopback, mapped":      {`server: "https://[::ffff:127.0.0.1]:6443"`, harmlessUser, "127.0.0.1"},
		"loopback, in hex":      {`server: "https://[::ffff:7f00:1]:6443"`, harmlessUser, "127.0.0.1"},
		"loopback, zone":        {`server: "https://[::1%25lo]:6443"`, harmlessUser, "::1"},
		"loopback, NAT64":       {`server: "https://[64:ff9b::7f00:1]"`, harmlessUser, "64:ff9b::"},
	} {
		_, err := ImportKubeconfig(imported(c.cluster, c.user), "", Guard{})
		if models.KindOf(err) != models.Forbidden || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "t0ps3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGuardAllows(t *testing.T) {
	everything, here := netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8")
	for name, c := range map[string]struct {
		cluster, user string
		guard         Guard
	}{
		"what stands on its own": {harmlessServer, harmlessUser, Guard{}},
		"loopback":               {`server: "https://127.0.0.1:6443"`, harmlessUser, Guard{Allow: []netip.Prefix{here}}},
		"exec":                   {harmlessServer, "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}", Guard{Exec: true}},
		"an address":             {`server: "https://169.254.169.254"`, harmlessUser, Guard{Allow: []netip.Prefix{everything}}},
		"one out of many": {`server: "https://10.1.2.3"`, harmlessUser, Guard{Deny: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
			Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}},
	} {
		cluster, err := ImportKubeconfig(imported(c.cluster, c.user), "", c.guard)
		if err != nil || !cluster.Imported {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := restConfig(cluster, c.guard); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	cluster, err := ImportKubeconfig(imported(harmlessServer, "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true, interactiveMode: Never}"), "", Guard{Exec: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := restConfig(cluster, Guard{}); models.KindOf(err) != models.Forbidden {
		t.Errorf("what is not allowed any more is used: %v", err)
	}
}

// Only the context that is used has to keep to the rules: what is left out harms nobody.
func TestGuardLooksAtOneContext(t *testing.T) {
	content := models.Secret(`{apiVersion: v1, kind: Config, clusters: [{name: c, cluster: {` + harmlessServer + `}}], users: [{name: u, user: {token: x}}, {name: e, user: {tokenFile: /etc/passwd}}],
		contexts: [{name: good, context: {cluster: c, user: u}}, {name: bad, context: {cluster: c, user: e}}]}`)
	if c, err := ImportKubeconfig(content, "good", Guard{}); err != nil || strings.Contains(c.Kubeconfig.Reveal(), "passwd") {
		t.Errorf("%v", err)
	}
	if _, err := ImportKubeconfig(content, "bad", Guard{}); models.KindOf(err) != models.Forbidden {
		t.Errorf("%v", err)
	}
	names, current, err := Contexts(content)
	if strings.Join(names, " ") != "bad good" || current != "" || err != nil {
		t.Errorf("%v, %q, %v", names, current, err)
	}
}

// TestGuardAtTheDial connects by a name that resolves to an address which is refused, as one does that resolved to another
// address when the cluster was imported.
func TestGuardAtTheDial(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	named := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	guard := Guard{}
	cluster, err := ImportKubeconfig(models.Secret(kubeconfigOf(named, s, true)), "", guard)
	if err != nil {
		t.Fatal(err) // the name alone tells nothing
	}
	cluster.Ref.Name = "c"
	_, err = Test(t.Context(), cluster, guard)
	if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "not one that MuleBot may connect to") || asked.Load() > 0 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
	cluster.Imported = false
	if _, err := Test(t.Context(), cluster, guard); strings.Contains(fmt.Sprint(err), "may connect to") {
		t.Errorf("a cluster of the operator's: %v", err)
	}
	for _, address := range []string{"169.254.169.254:80", "[fe80::1%eth0]:443", "[2002:a9fe:a9fe::1]:443", "[::169.254.169.254]:443", "nonsense",
		"127.0.0.1:80", "[::1]:443", "[::ffff:127.0.0.1]:443", "[::ffff:0:7f00:1]:443", "[64:ff9b:1::7f00:1]:443", "[2002:7f00:1::]:443", "0.0.0.0:80", "[::]:80"} {
		if (Guard{}).control("tcp", address, nil) == nil {
			t.Errorf("%s is let through", address)
		}
	}
	for _, address := range []string{"10.0.0.1:443", "[64:ff9b::10.0.0.1]:443", "8.8.8.8:443"} {
		if err := (Guard{}).control("tcp", address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A server that sends MuleBot elsewhere is not followed.
func TestNoRedirect(t *testing.T) {
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, `{"gitVersion": "v9.9.9"}`)
	}))
	defer inside.Close()
	s := httptest.NewTLSServer(http.RedirectHandler(inside.URL, http.StatusFound))
	defer s.Close()
	guard := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	cluster, err := ImportKubeconfig(models.Secret(kubeconfigOf(s.URL, s, true)), "", guard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Test(t.Context(), cluster, guard); err == nil || asked.Load() > 0 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

// Whatever is given for a kubeconfig, what is taken of it names no program, no file, no proxy and no address that is refused, and
// no error tells what stands in it.
func FuzzImportKubeconfig(f *testing.F) {
	f.Add([]byte(imported(harmlessServer, harmlessUser)), "")
	f.Add([]byte(imported(harmlessServer+", certificate-authority: /etc/passwd", "exec: {command: x}")), "c")
	f.Add([]byte(imported(`server: "https://[::ffff:169.254.169.254]:443/", proxy-url: "socks5://x"`, "tokenFile: t, client-key: k")), "c")
	f.Add([]byte(fmt.Sprintf(config, "/dev/zero")), "two")
	f.Add([]byte("a: &a [*a]"), "")
	f.Add([]byte("clusters: [{name: c, cluster: null}]\ncontexts: [{name: c, context: {cluster: c, user: ''}}]"), "c")
	f.Fuzz(func(t *testing.T, content []byte, context string) {
		cluster, err := ImportKubeconfig(models.Secret(content), context, Guard{})
		if err != nil {
			if kind := models.KindOf(err); kind == models.Internal {
				t.Fatalf("%v", err)
			}
			return
		}
		kept, err := clientcmd.Load([]byte(cluster.Kubeconfig.Reveal()))
		if err != nil {
			t.Fatalf("what was kept does not load: %v", err)
		}
		for _, user := range kept.AuthInfos {
			if user.Exec != nil || user.AuthProvider != nil || user.TokenFile != "" || user.ClientCertificate != "" || user.ClientKey != "" {
				t.Errorf("user %+v", user)
			}
		}
		for _, c := range kept.Clusters {
			if c.CertificateAuthority != "" || c.InsecureSkipTLSVerify || c.ProxyURL != "" || !strings.HasPrefix(strings.ToLower(c.Server), "https://") {
				t.Errorf("cluster %+v", c)
			}
		}
		if r, err := restConfig(cluster, Guard{}); err == nil && (r.ExecProvider != nil || r.BearerTokenFile != "" || r.CAFile != "" || r.Insecure) {
			t.Errorf("%+v", r)
		}
		_, _, _ = Contexts(models.Secret(content))
	})
}
