package kube

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	selectors "k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/jsonpath"

	"github.com/mulebot/mulebot/models"
)

// longestCell is how many bytes of a column's value are kept.
const longestCell = 200

// Objects lists objects of any resource, live: it asks the API server at each call. It fails with a *models.Error when the
// server does not answer, RBAC forbids it, or the resource is not installed.
func (c *Clusters) Objects(ctx context.Context, ref models.ClusterRef, q models.ObjectQuery) (models.ObjectRows, error) {
	connection, err := c.connection(ctx, ref)
	if err != nil {
		return models.ObjectRows{}, err
	}
	return list(ctx, connection.clients.dynamic, ref.Name, q)
}

// Objects fails: a folder holds what inventories are built from and no other objects.
func (o Offline) Objects(_ context.Context, ref models.ClusterRef, q models.ObjectQuery) (models.ObjectRows, error) {
	return models.ObjectRows{}, &models.Error{Kind: models.Unavailable,
		Message: fmt.Sprintf("`%s` cannot be listed on %s, which is a folder and no live cluster", q.Resource, ref.Name),
		Hint:    "ask with --kubeconfig instead of --from or --demo"}
}

// namespaceForm is what namespaces look like. Nothing else may become a part of a URL's path.
var namespaceForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func list(ctx context.Context, client dynamic.Interface, cluster string, q models.ObjectQuery) (rows models.ObjectRows, err error) {
	if q.Namespace != "" && !namespaceForm.MatchString(q.Namespace) {
		return rows, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q cannot be a namespace", q.Namespace), Hint: "write it as kubectl get namespaces does"}
	}
	if _, err := labels.Parse(q.Labels); err != nil {
		return rows, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is no label selector", q.Labels), Hint: "write it like app=mysql,tier!=cache", Err: err}
	}
	if _, err := selectors.ParseSelector(q.Fields); err != nil {
		return rows, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is no field selector", q.Fields), Hint: "write it like status.phase=Running", Err: err}
	}
	columns := make([]*jsonpath.JSONPath, len(q.Columns))
	for i, path := range q.Columns {
		if columns[i], err = column(path); err != nil {
			return rows, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is no JSONPath", path), Hint: "write it like .status.phase", Err: err}
		}
	}
	resource := schema.GroupVersionResource{Group: q.Group, Version: q.Version, Resource: q.Resource}
	found, err := client.Resource(resource).Namespace(q.Namespace).List(ctx, metav1.ListOptions{LabelSelector: q.Labels, FieldSelector: q.Fields, Limit: int64(q.Limit)})
	if err != nil {
		return rows, unlisted(cluster, resource, err)
	}
	for i := range found.Items {
		if len(rows.Rows) == q.Limit {
			rows.More = true
			break
		}
		row := make([]string, len(columns))
		for j, c := range columns {
			row[j] = cell(c, &found.Items[i])
		}
		rows.Rows = append(rows.Rows, row)
	}
	rows.More = rows.More || found.GetContinue() != ""
	return rows, nil
}

// unlisted words why a list was refused.
func unlisted(cluster string, r schema.GroupVersionResource, err error) error {
	name := resource{Group: r.Group, Name: r.Resource}.qualified()
	switch {
	case apierrors.IsForbidden(err):
		return &models.Error{Kind: models.Forbidden, Message: fmt.Sprintf("cluster %s forbids MuleBot to list `%s`", cluster, name),
			Hint: "grant its user the verb list on them (see deploy/rbac-readonly.yaml)", Err: err}
	case apierrors.IsNotFound(err), apierrors.IsMethodNotSupported(err):
		return &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("cluster %s has no `%s` in version %s", cluster, name, r.Version),
			Hint: "kubectl api-resources shows what is installed", Err: err}
	case apierrors.IsBadRequest(err), apierrors.IsInvalid(err):
		return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("cluster %s refuses the selector for `%s`", cluster, name),
			Hint: "not every field can be selected by; use labels", Err: err}
	}
	reason, kind, hint := diagnose(err)
	return &models.Error{Kind: kind, Message: fmt.Sprintf("cluster %s does not answer: %s", cluster, reason), Hint: hint, Err: err}
}

// CheckPath reports what is wrong with the JSONPath of a column.
func CheckPath(path string) error {
	_, err := column(path)
	return err
}

// column parses a JSONPath, with or without the braces and the first dot.
func column(path string) (*jsonpath.JSONPath, error) {
	if strings.TrimSpace(path) == "" {
		return nil, errors.New("it is empty")
	}
	if !strings.HasPrefix(path, "{") {
		path = "{." + strings.TrimPrefix(path, ".") + "}"
	}
	p := jsonpath.New("column").AllowMissingKeys(true)
	return p, p.Parse(path)
}

// cell returns what a path finds in an object, in one line; "" for nothing.
func cell(path *jsonpath.JSONPath, object *unstructured.Unstructured) string {
	var b strings.Builder
	if err := path.Execute(&b, object.Object); err != nil {
		return ""
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	if len(text) > longestCell {
		text = strings.ToValidUTF8(text[:longestCell], "") + "…"
	}
	return text
}
