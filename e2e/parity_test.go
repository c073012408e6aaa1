package e2e

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

var update = flag.Bool("update", false, "write the golden files")

// shared is where other clusters are, with what the plugin prints for them. Nobody needs to have it.
const shared = "../../shared/openebs"

// answerer answers questions about one cluster, each of them once.
type answerer struct {
	t       *testing.T
	router  *intents.Router
	answers map[string]models.Reply
}

func newAnswerer(t *testing.T, model *nlp.Model, cluster string, files fs.FS, now time.Time) *answerer {
	t.Helper()
	inv, err := kube.ReadDir(cluster, files, now)
	if err != nil {
		t.Fatal(err)
	}
	router, err := intents.New(intents.Options{Model: model, Inventory: kube.Offline{cluster: inv}, Tenants: oneCard(cluster), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	return &answerer{t, router, map[string]models.Reply{}}
}

// cell returns what the answer to a question has at the place that a column names; "" if it has nothing there. Of several
// questions, the first that is about something counts.
func (a *answerer) cell(c parityCommand, column parityColumn, thing map[string]string) string {
	for question := range strings.SplitSeq(firstOf(column.ask, c.ask), "|") {
		question = filled(question, thing)
		reply, known := a.answers[question]
		if !known {
			reply = a.router.Respond(a.t.Context(), models.Message{Team: models.Local, Text: question, Kind: models.Typed})
			a.answers[question] = reply
		}
		if found := place(reply, filled(column.where, thing), thing); found != "" {
			return strings.ReplaceAll(found, "`", "")
		}
	}
	return ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// engines are the labels of what runs of the engines, by the plugin's names for them.
var engineLabels = map[string]string{"localpv-hostpath": "hostpath's pods", "localpv-device": "Node disk manager", "cstor": "cStor's pods", "jiva": "Jiva's pods",
	"localpv-lvm": "LVM's pods", "localpv-zfs": "ZFS's pods"}

func filled(text string, thing map[string]string) string {
	for key, value := range thing {
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	return strings.ReplaceAll(text, "{engine}", engineLabels[thing["name"]])
}

// place reads a place of an answer.
func place(reply models.Reply, where string, thing map[string]string) string {
	if reply.Err != nil || reply.AskedBack {
		return ""
	}
	if where == "text" {
		return reply.Title + " " + reply.Text
	}
	if key, ok := strings.CutPrefix(where, "column "); ok && reply.Table != nil {
		at := slices.IndexFunc(reply.Table.Columns, func(c models.Column) bool { return c.Key == key })
		for _, row := range reply.Table.Rows {
			mine := slices.ContainsFunc(row, func(c models.Cell) bool {
				return c.Text == thing["name"] || strings.HasPrefix(c.Text, "pvc-") && strings.HasPrefix(thing["name"], c.Text)
			})
			if mine && at >= 0 {
				return row[at].Text
			}
		}
		return ""
	}
	name, inside := strings.CutPrefix(where, "fact ")
	for label := range strings.SplitSeq(where, "|") {
		for _, f := range reply.Facts {
			if inside && strings.Contains(f.Value, name) || f.Label == label {
				return f.Value
			}
		}
	}
	return ""
}

func trained(t *testing.T) *nlp.Model {
	t.Helper()
	model, err := intents.Model(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestParity asks for every column of "kubectl openebs" over the sample clusters, and, where the output of the plugin for
// other clusters is at hand, compares it with the answers cell by cell.
func TestParity(t *testing.T) {
	model := trained(t)
	asked := map[string]*answerer{}
	for _, c := range demo.Clusters() {
		asked[c.Name] = newAnswerer(t, model, c.Name, c.Files, time.Time{})
	}
	columns := 0
	for _, c := range parity {
		for _, column := range c.columns {
			columns++
			got := asked[c.cluster].cell(c, column, c.thing)
			if column.want != "" && !strings.Contains(got, column.want) {
				t.Errorf("%s %s, %s: %q is not in %q", c.command, c.title, column.column, column.want, got)
			}
		}
	}
	t.Logf("%d columns", columns)
	if _, err := os.Stat(shared); err != nil {
		return
	}
	for _, cluster := range []string{"prod-east", "staging"} {
		output, err := os.ReadFile(filepath.Join(shared, "plugin-output", cluster+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		a := newAnswerer(t, model, cluster, os.DirFS(filepath.Join(shared, "clusters", cluster)), time.Time{})
		blocks := pluginBlocks(string(output))
		jivas := map[string]bool{}
		volumes, err := os.ReadFile(filepath.Join(shared, "clusters", cluster, "40-persistentvolumes.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, pv := range documents(t, string(volumes)) {
			jivas[meta(pv, "name")] = (&sample{}).jivasOwn(pv)
		}
		cells, same := 0, 0
		for _, c := range parity {
			for _, line := range c.lines(blocks, cluster) {
				if jivas[line["name"]] && c.command == "get volumes" {
					continue
				}
				for _, column := range c.columns {
					printed := line[column.column]
					if printed == "" || printed == "N/A" || column.is == moment || column.is == reworded {
						continue
					}
					cells++
					got := a.cell(c, column, line)
					switch ok := sameCell(printed, got); {
					case ok:
						same++
					case column.is == misleads && got != "":
						t.Logf("%s: %s %s, %s of %s: the plugin prints %q, the answer has %q", cluster, c.command, c.title, column.column, line["name"], printed, got)
					default:
						t.Errorf("%s: %s %s, %s of %s: the plugin prints %q, the answer has %q", cluster, c.command, c.title, column.column, line["name"], printed, got)
					}
				}
			}
		}
		t.Logf("%s: %d cells, %d the same", cluster, cells, same)
	}
}

var sizeForm = regexp.MustCompile(`([0-9.]+) ?([KMGTP]i?B?|B)\b`)

// sameCell reports whether an answer has what the plugin prints: sizes as far as both write them.
func sameCell(printed, got string) bool {
	switch printed {
	case "false":
		printed = "no"
	case "true":
		printed = "yes"
	}
	if m := sizeForm.FindStringSubmatch(printed); m != nil && m[0] == printed {
		want, unit := byteSize(m)
		for _, other := range sizeForm.FindAllStringSubmatch(got, -1) {
			if is, wider := byteSize(other); is-want < 0.11*max(unit, wider) && want-is < 0.11*max(unit, wider) {
				return true
			}
		}
		return false
	}
	if _, err := strconv.Atoi(printed); err == nil {
		return regexp.MustCompile(`\b` + printed + `\b`).MatchString(got)
	}
	return got != "" && (strings.Contains(fold(got), fold(printed)) || strings.HasPrefix(printed, got))
}

func byteSize(m []string) (size, unit float64) {
	n, _ := strconv.ParseFloat(m[1], 64)
	unit = 1
	for range strings.Index("BKMGTP", m[2][:1]) {
		unit *= 1024
	}
	return n * unit, unit
}

// TestParityDocument keeps docs/parity.md the table that TestParity proves.
func TestParityDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(parityHead)
	for _, c := range parity {
		title := "`kubectl openebs " + c.command + "`"
		if c.title != "" {
			title += ": " + c.title
		}
		fmt.Fprintf(&b, "\n## %s\n\nAsk `%s`.\n\n| column | where in the answer | |\n|---|---|---|\n", title, generic(c.ask))
		for _, column := range c.columns {
			is := string(column.is)
			if column.is == misleads {
				is = "**misleads**"
			}
			if column.note != "" {
				is += ": " + column.note
			}
			where := generic(column.where)
			if column.ask != "" {
				first, _, _ := strings.Cut(column.ask, "|")
				where += ", asked for with `" + generic(first) + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", column.column, where, is)
		}
	}
	const file = "../docs/parity.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != b.String() {
		t.Errorf("%s is not what the table says: go test ./e2e -run Parity -update writes it", file)
	}
}

// generic writes the places of a question as an operator would read them.
func generic(text string) string {
	return strings.NewReplacer("text", "the first sentence", "{engine}", "ENGINE's pods", "fact {name}", "the line of the name", "column ", "column ",
		"vg-fast", "POOL", "tank", "POOL", "{name}", "NAME", "{node}", "NODE", "{pool}", "POOL", "{volume}", "VOLUME", "{cluster}", "CLUSTER", "|", " or ").Replace(text)
}

const parityHead = `# What kubectl openebs prints, and how to ask for it

Every column of the kubectl plugin for OpenEBS (openebsctl 0.5.1, and, for Mayastor and hostpath, the plugin of OpenEBS 4), with the
question that obtains it. The answers are in Slack and in the terminal; ` + "`ask -o json`" + ` has them for programs. Written by a test (` + "`go test ./e2e -run Parity -update`" + `), which asks each
question over the sample clusters.

*equal*: the answer has the same value. *better*: the same value, and more. *misleads*: the plugin's value is wrong in some
clusters, or is not what its heading says.
`
