package kube

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"k8s.io/client-go/tools/clientcmd"
	api "k8s.io/client-go/tools/clientcmd/api"

	"github.com/mulebot/mulebot/models"
)

// Guard says what a kubeconfig may do that comes from a workspace and not from whoever runs MuleBot. A kubeconfig can run
// programs, read files and make requests, all on MuleBot's machine; the zero Guard lets it do nothing but speak TLS to an API
// server, with credentials that stand in it, at an address that is neither a metadata service nor this machine itself.
type Guard struct {
	Exec  bool           // it may run programs: exec plugins and auth providers
	Files bool           // it may name files of MuleBot's machine
	Allow []netip.Prefix // addresses that it may connect to although they are refused
	Deny  []netip.Prefix // addresses that it may not connect to, beside those that nobody may
}

// nobody returns the addresses that are refused unless they are allowed: loopback, where programs listen that trust whoever is on
// this machine; link-local ones, where clouds have their metadata services, and those of metadata services elsewhere (AWS, Alibaba,
// Azure, Oracle); what is no host at all, some of which systems take for loopback.
func nobody() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
		netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"),
		netip.MustParsePrefix("fd00:ec2::254/128"), netip.MustParsePrefix("100.100.100.200/32"),
		netip.MustParsePrefix("168.63.129.16/32"), netip.MustParsePrefix("192.0.0.192/32"), netip.MustParsePrefix("fd20:ce::254/128"),
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("::/128"),
		netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("ff00::/8"),
	}
}

// refusedHint is what to do about an address that is refused.
const refusedHint = "give the kubeconfig the API server's own address; whoever runs MuleBot may allow this one with tenants.address_allow"

// refusedAddress is why a connection was not made.
type refusedAddress struct{ address netip.Addr }

func (e *refusedAddress) Error() string {
	return "connections to " + e.address.String() + " are not allowed"
}

// allows reports whether a connection to an address may be made. Of several prefixes that hold it, the operator's own count
// before the others, and what allows before what denies.
func (g Guard) allows(address netip.Addr) bool {
	for _, a := range embedded(address) {
		holds := func(p netip.Prefix) bool { return p.Contains(a) }
		if slices.ContainsFunc(g.Allow, holds) {
			continue
		}
		if slices.ContainsFunc(g.Deny, holds) || slices.ContainsFunc(nobody(), holds) {
			return false
		}
	}
	return true
}

// embedded returns an address without its zone, and the IPv4 address that a translator would make of it (NAT64, RFC 6052 and RFC
// 8215; SIIT, RFC 2765; 6to4, RFC 3056).
func embedded(a netip.Addr) []netip.Addr {
	a = a.Unmap().WithZone("")
	all := []netip.Addr{a}
	if !a.Is6() {
		return all
	}
	b := a.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(a), netip.MustParsePrefix("64:ff9b:1::/48").Contains(a), netip.MustParsePrefix("::ffff:0:0:0/96").Contains(a):
		all = append(all, netip.AddrFrom4([4]byte(b[12:16])))
	case netip.MustParsePrefix("2002::/16").Contains(a):
		all = append(all, netip.AddrFrom4([4]byte(b[2:6])))
	case netip.MustParsePrefix("::/96").Contains(a) && !a.IsLoopback() && !a.IsUnspecified(): // IPv4-compatible, deprecated
		all = append(all, netip.AddrFrom4([4]byte(b[12:16])))
	}
	return all
}

// control is called by a dialer for the address that it is about to connect to, after a name has been resolved: what a name
// resolves to when it is looked at first may not be what it resolves to later.
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%q is no address to connect to", address)
	}
	if !g.allows(at.Addr()) {
		return &refusedAddress{at.Addr().Unmap()}
	}
	return nil
}

// direct is the proxy of clusters that workspaces imported: none.
func direct(*http.Request) (*url.URL, error) { return nil, nil }

// stay keeps a client from being sent elsewhere: an API server has no reason to, and whoever pretends to be one could send
// MuleBot to what listens without TLS.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// check refuses a kubeconfig that does more than the guard lets through. It reads nothing and resolves no name.
func (g Guard) check(config *api.Config) error {
	for _, name := range slices.Sorted(maps.Keys(config.AuthInfos)) {
		if err := g.checkUser(config.AuthInfos[name]); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		if err := g.checkCluster(config.Clusters[name]); err != nil {
			return err
		}
	}
	return nil
}

// notAllowed is the error for what a kubeconfig of a workspace may not do.
func notAllowed(what, hint string) error {
	return &models.Error{Kind: models.Forbidden, Message: "a kubeconfig with " + what + " is not taken", Hint: hint}
}

// standAlone is how to make a kubeconfig that needs nothing of the machine where it is used.
const standAlone = "make one that stands on its own, for a service account that may only read: deploy/rbac-readonly.yaml says how; " +
	"`kubectl config view --minify --flatten` puts the contents of files into it"

func (g Guard) checkUser(user *api.AuthInfo) error {
	switch {
	case user == nil:
	case user.Exec != nil && !g.Exec:
		return notAllowed("an exec plugin", "it would run a program on MuleBot's machine; "+standAlone)
	case user.AuthProvider != nil && !g.Exec:
		return notAllowed("an auth-provider", "it would run on MuleBot's machine; "+standAlone)
	case (user.TokenFile != "" || user.ClientCertificate != "" || user.ClientKey != "") && !g.Files:
		return notAllowed("a file in place of a token, certificate or key", "it would be read from MuleBot's machine; "+standAlone)
	}
	return nil
}

func (g Guard) checkCluster(cluster *api.Cluster) error {
	if cluster == nil {
		return nil
	}
	switch {
	case cluster.CertificateAuthority != "" && !g.Files:
		return notAllowed("a file in place of the certificate authority", "it would be read from MuleBot's machine; "+standAlone)
	case cluster.InsecureSkipTLSVerify:
		return notAllowed("insecure-skip-tls-verify", "anybody in between could read the credentials; put the cluster's certificate authority into certificate-authority-data")
	case cluster.ProxyURL != "":
		return notAllowed("a proxy-url", "leave it out; whoever runs MuleBot sees to its connections")
	}
	server, err := url.Parse(cluster.Server)
	switch {
	case err != nil || server.Host == "" || server.Hostname() == "":
		return notAllowed("a server that is no URL", "it looks like https://api.example.com:6443")
	case !strings.EqualFold(server.Scheme, "https"):
		return notAllowed("a server without TLS", "its URL begins with https://")
	case server.User != nil || server.RawQuery != "" || server.Fragment != "":
		return notAllowed("a server's URL that has more than a host and a path", "it looks like https://api.example.com:6443")
	}
	if address, err := netip.ParseAddr(server.Hostname()); err == nil && !g.allows(address) {
		return notAllowed("the server "+address.String(), refusedHint)
	}
	return nil
}

// ImportKubeconfig makes a cluster of one context of a kubeconfig that comes from a workspace, as [ParseKubeconfig] does, or says
// what in it is not allowed.
func ImportKubeconfig(content models.Secret, context string, guard Guard) (models.Cluster, error) {
	config, err := clientcmd.Load([]byte(content.Reveal()))
	if err != nil {
		return models.Cluster{}, notKubeconfig("what you gave me")
	}
	cluster, err := selfContained(config, "the kubeconfig", context, guard.check)
	cluster.Imported = true
	return cluster, err
}

// Contexts returns the names of the contexts of a kubeconfig, in order, and the current one; "" if it has none.
func Contexts(content models.Secret) (names []string, current string, err error) {
	config, err := clientcmd.Load([]byte(content.Reveal()))
	if err != nil {
		return nil, "", notKubeconfig("what you gave me")
	}
	if config.Contexts[config.CurrentContext] != nil {
		current = config.CurrentContext
	}
	return slices.Sorted(maps.Keys(config.Contexts)), current, nil
}
