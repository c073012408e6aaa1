package e2e

import (
	"slices"
	"strings"
	"testing"
)

// pluginBlock is one command and what the plugin printed.
type pluginBlock struct {
	args []string // behind "kubectl openebs"
	body []string
}

func pluginBlocks(output string) []pluginBlock {
	var all []pluginBlock
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\n")
		if command, ok := strings.CutPrefix(line, "$ kubectl openebs "); ok {
			all = append(all, pluginBlock{args: strings.Fields(command)})
		} else if len(all) > 0 {
			all[len(all)-1].body = append(all[len(all)-1].body, line)
		}
	}
	return all
}

// values reads lines of the form "LABEL : value".
func (b pluginBlock) values() map[string]string {
	found := map[string]string{}
	for _, line := range b.body {
		if label, value, ok := strings.Cut(line, ":"); ok && strings.ToUpper(label) == label || ok && strings.HasPrefix(label, "TOTAL ") {
			found[strings.TrimSpace(label)] = strings.TrimSpace(value)
		}
	}
	return found
}

// table reads the table whose first heading begins so, behind a title. A tree's lines get the node that they are under.
func (b pluginBlock) table(title string, headings ...string) []map[string]string {
	var lines []map[string]string
	var starts []int
	var names []string
	behind, node := title == "", ""
	for _, line := range b.body {
		switch {
		case strings.HasPrefix(line, title) && !behind:
			behind = true
		case !behind || strings.HasPrefix(line, "---"):
		case starts == nil:
			if at := strings.Index(line, headings[0]); at >= 0 && slices.Equal(columnsOf(line[at:]), headings) {
				names = headings
				starts = startsOf(line[at:], names)
			}
		case strings.TrimSpace(line) == "" && node == "":
			return lines
		default:
			row := cut([]rune(line), starts, names)
			row[names[0]] = strings.TrimLeft(row[names[0]], "├└─")
			if row[names[0]] == names[0] { // the next table
				return lines
			}
			if name := row[names[0]]; name != "" && line[0] != ' ' && strings.TrimSpace(line) == name {
				node = name
			} else if name != "" || len(names) > 0 && row[names[min(1, len(names)-1)]] != "" {
				row["node"] = node
				lines = append(lines, row)
			} else if strings.TrimSpace(line) == "" {
				continue
			}
		}
	}
	return lines
}

// columnsOf returns the headings of a line, which at least two spaces part.
func columnsOf(line string) []string {
	var all []string
	for part := range strings.SplitSeq(line, "  ") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func startsOf(line string, names []string) []int {
	var starts []int
	from := 0
	for _, name := range names {
		from += strings.Index(line[from:], name)
		starts = append(starts, from)
		from += len(name)
	}
	return starts
}

func cut(line []rune, starts []int, names []string) map[string]string {
	row := map[string]string{}
	for i, name := range names {
		end := len(line)
		if i+1 < len(starts) {
			end = min(end, starts[i+1])
		}
		if starts[i] < end {
			row[name] = strings.TrimSpace(string(line[starts[i]:end]))
		}
	}
	return row
}

// drivers and casTypes tell the engines of what is described.
var (
	drivers  = map[string]string{"cStor": "cstor.csi.openebs.io", "Jiva": "jiva.csi.openebs.io", "LVM": "local.csi.openebs.io", "ZFS": "zfs.csi.openebs.io"}
	casTypes = map[string]string{"cStor": "--cas-type=cstor", "LVM": "--cas-type=localpv-lvm", "ZFS": "--cas-type=localpv-zfs"}
)

// lines returns what the plugin printed of a command's table: a value for each column, and the names that the question needs.
func (c parityCommand) lines(blocks []pluginBlock, cluster string) []map[string]string {
	var headings []string
	for _, column := range c.columns {
		headings = append(headings, column.column)
	}
	var all []map[string]string
	for _, b := range blocks {
		if !strings.HasPrefix(strings.Join(b.args, " "), c.command) {
			continue
		}
		subject := ""
		if len(b.args) > 2 {
			subject = b.args[2]
		}
		values := b.values()
		switch {
		case c.command == "describe volume" && drivers[c.title] != "" && values["CSI DRIVER"] == drivers[c.title], c.command == "describe storage" && casTypes[c.title] != "" && slices.Contains(b.args, casTypes[c.title]):
			values["name"] = subject
			all = append(all, values)
		case drivers[c.title] != "" && strings.HasPrefix(c.command, "describe"):
		default:
			title := c.title
			if c.command == "get storage" {
				title = ""
			}
			for _, row := range b.table(title, headings...) {
				row["name"], row["pool"], row["volume"], row["cluster"] = row["NAME"], row["NAME"], subject, cluster
				switch {
				case c.command == "cluster-info":
					row["name"] = row["CAS-TYPE"]
				case c.command == "describe storage":
					row["pool"], row["node"] = subject, subject
				}
				all = append(all, row)
			}
		}
	}
	return all
}

func TestPluginTables(t *testing.T) {
	blocks := pluginBlocks("$ kubectl openebs get storage\nNAME        FREESIZE   TOTALSIZE\npit-1                  \n└─vg-data   14.0GiB    400.0GiB\n                       \npit-2                  \n├─vg-data   336.0GiB   500.0GiB\n└─vg-thin   0.0B       300.0GiB\n\n$ kubectl openebs describe volume v\nNAME   : v\nREPLICA COUNT\t: 3\n\nReplica Details :\n-----------------\nNAME   AGE\nr-1    1m\n")
	if len(blocks) != 2 {
		t.Fatalf("%d blocks", len(blocks))
	}
	rows := blocks[0].table("", "NAME", "FREESIZE", "TOTALSIZE")
	if len(rows) != 3 || rows[2]["NAME"] != "vg-thin" || rows[2]["node"] != "pit-2" || rows[2]["FREESIZE"] != "0.0B" {
		t.Errorf("the tree is %v", rows)
	}
	if got := blocks[1].values()["REPLICA COUNT"]; got != "3" {
		t.Errorf("the count is %q", got)
	}
	if rows := blocks[1].table("Replica Details", "NAME", "AGE"); len(rows) != 1 || rows[0]["AGE"] != "1m" {
		t.Errorf("the replicas are %v", rows)
	}
}
