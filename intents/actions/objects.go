package actions

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/models"
)

// ObjectsPlan lists objects of a Kubernetes resource.
type ObjectsPlan struct {
	Titles                    []string           // of the columns
	query                     models.ObjectQuery // without the templates
	namespace, labels, fields *Pattern
}

func (r *reader) objectsPlan(n *yaml.Node, a *Action) {
	fields, ok := r.fields(n, "kubernetes", "group", "version", "resource", "namespace", "labels", "fields", "columns", "limit", "reply")
	if !ok {
		return
	}
	plan := &ObjectsPlan{query: models.ObjectQuery{Group: r.text(fields["group"], "the group"), Version: r.text(fields["version"], "the version"),
		Resource: r.text(fields["resource"], "the resource"), Limit: 100}}
	q := &plan.query
	switch {
	case q.Version == "" || q.Resource == "":
		r.fault(n, "version or resource is missing", "write for example group: cert-manager.io, version: v1, resource: certificates (the plural)")
	case q.Group == "" && strings.EqualFold(q.Resource, "secrets"):
		r.fault(fields["resource"], "secrets are not read", "choose another resource")
	case strings.ToLower(q.Resource) != q.Resource || strings.ContainsAny(q.Group+q.Version+q.Resource, "/ {?#%"):
		r.fault(n, "group, version or resource is not written as in the API", "write for example group: cert-manager.io, version: v1, resource: certificates (the plural)")
	}
	plan.namespace = r.pattern(fields["namespace"], "the namespace", a)
	plan.labels = r.pattern(fields["labels"], "the label selector", a)
	plan.fields = r.pattern(fields["fields"], "the field selector", a)
	a.Reply = r.pattern(fields["reply"], "the reply", a)
	if v := fields["limit"]; v != nil {
		if limit, err := strconv.Atoi(v.Value); err != nil || limit < 1 || limit > 500 {
			r.fault(v, fmt.Sprintf("limit cannot be %q", v.Value), "it is a number from 1 to 500")
		} else {
			q.Limit = limit
		}
	}
	columns := r.list(fields["columns"], "columns")
	if len(columns) == 0 {
		r.fault(n, "there are no columns", "add columns: and below it items such as {title: Name, path: .metadata.name}")
	}
	for _, c := range columns {
		r.column(c, plan)
	}
	a.Objects = plan
}

func (r *reader) column(n *yaml.Node, plan *ObjectsPlan) {
	fields, ok := r.fields(n, "a column", "title", "path")
	if !ok {
		return
	}
	title, path := r.text(fields["title"], "the title"), r.text(fields["path"], "the path")
	if title == "" || path == "" {
		r.fault(n, "a column has no title or no path", "write {title: Name, path: .metadata.name}")
		return
	}
	if r.rules.CheckPath != nil {
		if err := r.rules.CheckPath(path); err != nil {
			r.fault(fields["path"], fmt.Sprintf("%q is not a JSONPath: %v", path, err), "write it as for kubectl -o jsonpath, for example .status.phase")
		}
	}
	plan.Titles = append(plan.Titles, title)
	plan.query.Columns = append(plan.query.Columns, path)
}

// Make makes the query with the slots, by name. It fails as [Pattern.Render] does.
func (p *ObjectsPlan) Make(ctx context.Context, slots map[string]any) (models.ObjectQuery, error) {
	query, data := p.query, map[string]any{"slots": slots}
	for _, part := range []struct {
		from *Pattern
		to   *string
	}{{p.namespace, &query.Namespace}, {p.labels, &query.Labels}, {p.fields, &query.Fields}} {
		text, err := part.from.Render(ctx, data)
		if err != nil {
			return models.ObjectQuery{}, err
		}
		*part.to = strings.TrimSpace(text)
	}
	return query, nil
}
