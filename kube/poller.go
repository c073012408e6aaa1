package kube

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// diskPools is served where Mayastor is installed.
const diskPools = "diskpools.openebs.io"

// restLabel is on the Service of the REST API.
const restLabel = "app=api-rest"

// restTimeout ends a question to Mayastor's REST API.
const restTimeout = 10 * time.Second

// restPage is how many volumes one question to the REST API asks for.
const restPage = "500"

// restPoller asks Mayastor's REST API now and then, through the API server's service proxy, so that nothing but the API server
// needs to be reachable.
type restPoller struct {
	clients *clients
	packer  *packer
	now     func() time.Time
	changed func()

	mu      sync.Mutex
	asked   bool
	answers *Mayastor // the last that were given; nil before the first
	err     error     // why the last question failed; nil if it did not
}

var errNoService = errors.New("there is no Service labelled app=api-rest")

// run asks every interval until ctx ends.
func (p *restPoller) run(ctx context.Context, interval time.Duration) {
	for {
		answers, err := p.ask(ctx)
		if ctx.Err() != nil {
			return
		}
		if p.take(answers, err) {
			p.changed()
		}
		if !pause(ctx, interval) {
			return
		}
	}
}

// take keeps what a question gave, and reports whether that says anything new.
func (p *restPoller) take(answers *Mayastor, err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.asked && p.err == nil && err == nil && p.answers.same(answers)
	p.asked, p.err = true, err
	if err == nil {
		p.answers = answers
	}
	return !known
}

// same reports whether other answers, given at another time, say the same.
func (m *Mayastor) same(other *Mayastor) bool {
	equal := func(a, b []map[string]any) bool {
		return slices.EqualFunc(a, b, func(x, y map[string]any) bool { return maps.EqualFunc(x, y, same) })
	}
	return equal(m.Volumes, other.Volumes) && equal(m.Pools, other.Pools) && equal(m.Nodes, other.Nodes)
}

// tried reports whether the API was asked at least once.
func (p *restPoller) tried() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// answer returns the last answers, nil if there are none, and a sentence on what is missing or old; "" if nothing is.
func (p *restPoller) answer() (*Mayastor, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		if p.answers == nil {
			return nil, "Mayastor's REST API has not answered yet: the state of its volumes is not known"
		}
		return p.answers, ""
	}
	reason, _, _ := diagnose(p.err)
	switch {
	case errors.Is(p.err, errNoService):
		reason = p.err.Error()
	case apierrors.IsForbidden(p.err):
		reason = forbidden(p.clients.as, "the verb list on `services` or get on `services/proxy` of its api-rest")
	case apierrors.IsNotFound(p.err), apierrors.IsServiceUnavailable(p.err):
		reason = "no pod of its api-rest answers"
	}
	if p.answers == nil {
		return nil, fmt.Sprintf("Mayastor's REST API cannot be read (%s): the state of its volumes is not known", reason)
	}
	return p.answers, fmt.Sprintf("Mayastor's REST API cannot be read (%s): the state of its volumes is as of %s", reason, stamp(p.answers.At))
}

func (p *restPoller) ask(ctx context.Context) (*Mayastor, error) {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	services, err := p.clients.typed.CoreV1().Services(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: restLabel})
	if err != nil {
		return nil, err
	}
	if len(services.Items) == 0 {
		return nil, errNoService
	}
	s := services.Items[0]
	base := fmt.Sprintf("/api/v1/namespaces/%s/services/%s:http/proxy/v0/", s.Namespace, s.Name)
	m := &Mayastor{At: p.now()}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() (err error) { m.Volumes, err = p.pages(ctx, base+"volumes"); return err })
	tasks.Go(func() (err error) { m.Pools, _, err = p.get(ctx, base+"pools", ""); return err })
	tasks.Go(func() (err error) { m.Nodes, _, err = p.get(ctx, base+"nodes", ""); return err })
	if err := tasks.Wait(); err != nil {
		return nil, err
	}
	return m, nil
}

// pages reads a list page by page.
func (p *restPoller) pages(ctx context.Context, path string) ([]map[string]any, error) {
	var all []map[string]any
	for token := "0"; ; {
		page, next, err := p.get(ctx, path, token)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" || next == token || len(page) == 0 {
			return all, nil
		}
		token = next
	}
}

// get reads a list, one page of it from token on if token is not empty, and returns the next page's token.
func (p *restPoller) get(ctx context.Context, path, token string) (entries []map[string]any, next string, err error) {
	request := p.clients.raw.Get().AbsPath(path)
	if token != "" {
		request = request.Param("max_entries", restPage)
		if token != "0" {
			request = request.Param("starting_token", token)
		}
	}
	body, err := request.Do(ctx).Raw()
	if err != nil {
		return nil, "", err
	}
	var answer any
	if err := utiljson.Unmarshal(body, &answer); err != nil {
		return nil, "", err
	}
	f := fields{"entries": answer}
	if page, ok := answer.(map[string]any); ok {
		f = page
	}
	for _, e := range f.list("entries") {
		omit(e, mayastorVolume)
		entries = append(entries, p.packer.object(e).open())
	}
	return entries, f.str("next_token"), nil
}
