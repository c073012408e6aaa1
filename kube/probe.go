package kube

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"

	"github.com/mulebot/mulebot/models"
)

// probeTimeout is how long a server may take to say its version before it counts as not answering.
const probeTimeout = 5 * time.Second

// probe asks the server for its version now and then, and so knows whether it answers. A watch alone does not tell: it is
// silent when nothing changes and when nobody is there.
func (c *connection) probe(ctx context.Context) {
	for {
		version, err := serverVersion(ctx, c.clients.raw)
		if ctx.Err() != nil {
			return
		}
		wait := c.options.Probe
		if err == nil {
			c.answered(version)
		} else {
			c.lost(err)
			wait /= 5 // to know soon when it is back
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-c.doubts:
		}
		timer.Stop()
	}
}

// reassure makes sure that the server is known to answer, or not to, when a question comes. If it was heard of lately there is
// nothing to do; else it is asked at once and given Patience.
func (c *connection) reassure(ctx context.Context) {
	now := c.options.Now()
	c.mu.Lock()
	quiet, down, probed := now.Sub(c.contact) > c.options.Patience, c.down != nil, c.probed
	c.mu.Unlock()
	if !quiet || down {
		return
	}
	signal(c.doubts)
	patience := time.NewTimer(c.options.Patience)
	defer patience.Stop()
	select {
	case <-probed:
	case <-ctx.Done():
	case <-patience.C:
		c.lost(context.DeadlineExceeded)
	}
}

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// serverVersion returns the version of an API server, "" if it answers but does not tell.
func serverVersion(ctx context.Context, client rest.Interface) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	body, err := client.Get().AbsPath("/version").MaxRetries(0).Do(ctx).Raw()
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var info version.Info
	if err := json.Unmarshal(body, &info); err != nil {
		return "", err
	}
	if strings.HasPrefix(info.GitVersion, "v0.0.0") { // built without a stamp
		return "v" + info.Major + "." + info.Minor, nil
	}
	return info.GitVersion, nil
}

// answered notes that the server answers. What failed meanwhile is tried again at once.
func (c *connection) answered(version string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != c.version && version != "" {
		c.version = version
		c.touch()
	}
	if c.down != nil {
		c.log.Info().Msg("cluster answers again")
		c.touch()
	}
	c.contact, c.down = c.options.Now(), nil
	close(c.answers)
	c.answers = make(chan struct{})
	c.told()
}

// told notes that a probe has ended. The caller holds mu.
func (c *connection) told() {
	close(c.probed)
	c.probed = make(chan struct{})
}

// lost notes that the server does not answer.
func (c *connection) lost(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told()
	reason, kind, hint := diagnose(err)
	if c.down != nil && c.down.reason == reason {
		return
	}
	c.touch()
	since := c.options.Now()
	if c.down != nil {
		since = c.down.since
	} else {
		c.log.Warn().Err(err).Msg("cluster does not answer")
		if !c.contact.IsZero() {
			since = c.contact
		}
	}
	c.down = &outage{since: since, kind: kind, reason: reason, hint: hint, err: err}
}

// diagnose words why a server does not answer, without addresses.
func diagnose(err error) (reason string, kind models.ErrorKind, hint string) {
	var unknownCA x509.UnknownAuthorityError
	var wrongHost x509.HostnameError
	var expired x509.CertificateInvalidError
	var dns *net.DNSError
	var status apierrors.APIStatus
	var timeout net.Error
	var syntax *json.SyntaxError
	var refused *refusedAddress
	kind = models.Unavailable
	switch {
	case errors.As(err, &refused):
		return "its address is not one that MuleBot may connect to", models.Invalid, refusedHint
	case apierrors.IsUnauthorized(err):
		return "it refuses the credentials", models.Forbidden, "register the cluster again with a kubeconfig that works with kubectl"
	case errors.As(err, &unknownCA), errors.As(err, &wrongHost), errors.As(err, &expired):
		return "its certificate is not trusted", kind, "check certificate-authority and the server's name in the kubeconfig"
	case errors.As(err, &dns):
		return "its name does not resolve", kind, "check the server's name in the kubeconfig, and DNS where MuleBot runs"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", kind, "see whether the API server runs"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time", kind, "see whether the API server is overloaded or a firewall is in between"
	case errors.As(err, &syntax):
		return "what answers is no Kubernetes API server", kind, "check the server's address in the kubeconfig"
	case errors.As(err, &status) && status.Status().Code >= http.StatusInternalServerError:
		return "it answers with an error, " + http.StatusText(int(status.Status().Code)), kind, "see the API server's own health (/readyz)"
	}
	return "the connection failed", kind, "see whether MuleBot can reach the API server; MuleBot's log has the cause"
}

// discover finds out, and every few minutes again, which custom resources the server has, and watches them.
func (c *connection) discover(ctx context.Context, tasks *errgroup.Group) {
	for {
		wait := c.options.Discover
		served, err := discover(ctx, c.clients.raw)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.log.Debug().Err(err).Msg("discovery failed")
			wait = min(wait, max(c.options.Probe/10, 100*time.Millisecond))
		} else {
			c.adopt(ctx, tasks, served)
		}
		if !pause(ctx, wait) {
			return
		}
	}
}

// adopt makes the watchers those of the resources that are served, each by qualified name with its version.
func (c *connection) adopt(ctx context.Context, tasks *errgroup.Group, served map[string]string) {
	for _, r := range resources() {
		if r.Builtin {
			continue
		}
		c.mu.Lock()
		w := c.watchers[r.qualified()]
		if w != nil && served[r.qualified()] != w.version {
			w.stop()
			delete(c.watchers, r.qualified())
			c.touch()
			w = nil
		}
		c.mu.Unlock()
		if version := served[r.qualified()]; w == nil && version != "" {
			c.watch(ctx, tasks, r, version)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watchers[diskPools] != nil && !c.polling {
		c.polling = true
		tasks.Go(func() error { c.mayastor.run(ctx, c.options.Poll); return nil })
	}
	if !c.discovered {
		c.discovered, c.moved = true, time.Now()
		c.touch()
	}
}

// discover returns, by qualified name, the custom resources of the table that a server has, and the version to read them in.
func discover(ctx context.Context, client rest.Interface) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*probeTimeout)
	defer cancel()
	var versions []string // of groups
	for _, r := range resources() {
		for _, version := range r.Versions {
			if gv := r.Group + "/" + version; !r.Builtin && !slices.Contains(versions, gv) {
				versions = append(versions, gv)
			}
		}
	}
	names := make([]map[string]bool, len(versions)) // of resources, by version of a group
	tasks, ctx := errgroup.WithContext(ctx)
	for i, gv := range versions {
		tasks.Go(func() (err error) {
			names[i], err = listed(ctx, client, gv)
			return err
		})
	}
	if err := tasks.Wait(); err != nil {
		return nil, err
	}
	served := map[string]string{}
	for _, r := range resources() {
		for _, version := range r.Versions {
			at := slices.Index(versions, r.Group+"/"+version)
			if at >= 0 && names[at][r.Name] && served[r.qualified()] == "" {
				served[r.qualified()] = version
			}
		}
	}
	return served, nil
}

// strangeVersions says which custom resources of the table a server has in versions only that are not read, as far as it tells.
func strangeVersions(ctx context.Context, client rest.Interface, served map[string]string) (texts []string) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	versions := map[string][]string{}     // of groups
	names := map[string]map[string]bool{} // of resources, by version of a group
	for _, r := range resources() {
		if r.Builtin || served[r.qualified()] != "" {
			continue
		}
		if _, known := versions[r.Group]; !known {
			versions[r.Group] = groupVersions(ctx, client, r.Group)
		}
		var there []string
		for _, version := range versions[r.Group] {
			gv := r.Group + "/" + version
			if _, known := names[gv]; !known {
				names[gv], _ = listed(ctx, client, gv)
			}
			if names[gv][r.Name] {
				there = append(there, version)
			}
		}
		if len(there) > 0 {
			texts = append(texts, fmt.Sprintf("%s is there as %s only, and read as %s: its engine is older or newer than MuleBot knows", r.qualified(), strings.Join(there, ", "), strings.Join(r.Versions, ", ")))
		}
	}
	return texts
}

// groupVersions returns the versions of a group that a server has; none if it does not tell.
func groupVersions(ctx context.Context, client rest.Interface, group string) (versions []string) {
	body, err := client.Get().AbsPath("/apis/" + group).Do(ctx).Raw()
	var g metav1.APIGroup
	if err != nil || json.Unmarshal(body, &g) != nil {
		return nil
	}
	for _, v := range g.Versions {
		versions = append(versions, v.Version)
	}
	return versions
}

// listed returns the names of the resources of a group's version; none if it is not served.
func listed(ctx context.Context, client rest.Interface, gv string) (map[string]bool, error) {
	body, err := client.Get().AbsPath("/apis/" + gv).Do(ctx).Raw()
	if apierrors.IsNotFound(err) || apierrors.IsForbidden(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list metav1.APIResourceList
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, r := range list.APIResources {
		names[r.Name] = true
	}
	return names, nil
}
