package kube

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	api "k8s.io/client-go/tools/clientcmd/api"

	"github.com/mulebot/mulebot/models"
)

// Kubeconfig reads a kubeconfig file, or several as the variable KUBECONFIG lists them, and returns one of its contexts as a
// cluster that stands on its own: what the file refers to (certificates, keys, tokens) is part of it. Context "" means the
// current context. Path "" means the cluster that the process runs in. The cluster's Ref.Name is the context's name.
func Kubeconfig(path, context string) (models.Cluster, error) {
	if path == "" {
		if _, err := rest.InClusterConfig(); err != nil {
			return models.Cluster{}, &models.Error{Kind: models.NotFound, Message: "there is no kubeconfig, and this is not a pod of a cluster",
				Hint: "name a kubeconfig with --kubeconfig or the variable KUBECONFIG", Err: err}
		}
		return models.Cluster{Ref: models.ClusterRef{Name: "in-cluster"}}, nil
	}
	paths := filepath.SplitList(path)
	if len(paths) == 1 {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return models.Cluster{}, &models.Error{Kind: models.NotFound, Message: "there is no kubeconfig " + path, Hint: "check the path"}
		}
	}
	config, err := (&clientcmd.ClientConfigLoadingRules{Precedence: paths}).Load()
	if err != nil {
		return models.Cluster{}, notKubeconfig(path)
	}
	return selfContained(config, path, context, nil)
}

// ParseKubeconfig is [Kubeconfig] for the content of a file.
func ParseKubeconfig(content []byte, context string) (models.Cluster, error) {
	config, err := clientcmd.Load(content)
	if err != nil {
		return models.Cluster{}, notKubeconfig("the input")
	}
	return selfContained(config, "the input", context, nil)
}

// notKubeconfig does not pass the parser's complaint on: it may quote the file, which is a secret.
func notKubeconfig(what string) error {
	return &models.Error{Kind: models.Invalid, Message: what + " is not a kubeconfig",
		Hint: "a kubeconfig is YAML with clusters, users and contexts; see: kubectl config view --minify --flatten", Err: errors.New("it does not parse as one")}
}

// selfContained keeps one context of a kubeconfig, with what it refers to inlined, unless check refuses what is left of it before
// any file is read.
func selfContained(config *api.Config, what, context string, check func(*api.Config) error) (models.Cluster, error) {
	invalid := func(message, hint string, err error) (models.Cluster, error) {
		return models.Cluster{}, &models.Error{Kind: models.Invalid, Message: message, Hint: hint, Err: err}
	}
	names := make([]string, 0, len(config.Contexts))
	for name := range config.Contexts {
		names = append(names, name)
	}
	hint := "its contexts are " + strings.Join(sorted(names), ", ")
	if len(names) == 0 {
		return invalid(what+" has no context", "a context names a cluster and a user; see: kubectl config get-contexts", nil)
	}
	if context == "" {
		context = config.CurrentContext
	}
	if context == "" && len(names) == 1 {
		context = names[0]
	}
	if context == "" {
		return invalid(what+" has no current context", "name one with --context; "+hint, nil)
	}
	chosen := config.Contexts[context]
	if chosen == nil {
		return invalid(fmt.Sprintf("%s has no context %q", what, context), hint, nil)
	}
	config.CurrentContext = context
	if err := api.MinifyConfig(config); err != nil {
		return invalid(fmt.Sprintf("context %q of %s names a cluster or user that is not there", context, what), hint, err)
	}
	if check != nil {
		if err := check(config); err != nil {
			return models.Cluster{}, err
		}
	}
	if user := config.AuthInfos[chosen.AuthInfo]; user != nil && user.TokenFile != "" {
		token, err := os.ReadFile(user.TokenFile)
		if err != nil {
			return invalid(fmt.Sprintf("the token file of user %q cannot be read", chosen.AuthInfo), "check tokenFile in "+what, err)
		}
		user.Token, user.TokenFile = strings.TrimSpace(string(token)), ""
	}
	if err := api.FlattenConfig(config); err != nil {
		return invalid(fmt.Sprintf("a file that context %q of %s refers to cannot be read", context, what), "check the certificate and key paths in it", err)
	}
	content, err := clientcmd.Write(*config)
	if err != nil {
		return invalid(what+" cannot be written out again", "report this", err)
	}
	return models.Cluster{Ref: models.ClusterRef{Name: context}, Kubeconfig: models.Secret(content), Context: context}, nil
}

// restConfig returns how to reach a cluster; one that a workspace imported, within what the guard lets through.
func restConfig(c models.Cluster, guard Guard) (*rest.Config, error) {
	var config *rest.Config
	var err error
	if c.Kubeconfig == "" && !c.Imported {
		config, err = rest.InClusterConfig()
	} else {
		var loaded *api.Config
		if loaded, err = clientcmd.Load([]byte(c.Kubeconfig.Reveal())); err == nil {
			if c.Imported {
				if err := guard.check(loaded); err != nil { // the operator may have changed what is allowed
					return nil, err
				}
			}
			config, err = clientcmd.NewNonInteractiveClientConfig(*loaded, c.Context, &clientcmd.ConfigOverrides{}, nil).ClientConfig()
		}
	}
	if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the credentials of cluster %q cannot be used", c.Ref.Name),
			Hint: "register the cluster again with a kubeconfig that works with kubectl", Err: err}
	}
	if c.Impersonate {
		config.Impersonate = standIn(c.Ref.As)
	}
	config.UserAgent = "mulebot"
	config.QPS, config.Burst = 50, 100
	config.Timeout = 0 // it would end watches; each request has a deadline of its own
	config.WarningHandler = rest.NoWarnings{}
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	if c.Imported {
		dialer.Control = guard.control
		config.Proxy = direct // a proxy would resolve the name by itself, and dial unchecked
	}
	config.Dial = dialer.DialContext
	return config, nil
}

// fingerprint is the same for clusters that are reached at the same address with the same credentials, whatever they are
// called in whichever kubeconfig. An imported one shares no connection with one that is not.
func fingerprint(c *rest.Config, imported bool) string {
	text, err := json.Marshal(struct {
		Imported                                     bool
		Host, Path, User, Password, Token, TokenFile string
		TLS                                          rest.TLSClientConfig
		As                                           rest.ImpersonationConfig
		Exec                                         *api.ExecConfig
	}{imported, c.Host, c.APIPath, c.Username, c.Password, c.BearerToken, c.BearerTokenFile, c.TLSClientConfig, c.Impersonate, c.ExecProvider})
	if err != nil {
		return fmt.Sprintf("%p", c) // not comparable: a connection of its own
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
