package intents

import "regexp"

var (
	// sqlOrder is a statement of SQL that changes something: at the beginning or behind another one, or wherever its first words are
	// none of everyday speech.
	sqlOrder = regexp.MustCompile(`(?i)\b(?:drop|truncate|alter)\s+(?:table|database|schema)\b|(?:^|;)\s*(?:(?:drop|alter|create)\s+(?:table|index|view|user)\b|truncate\s+\w+\s*;?\s*$|` +
		`delete\s+from\s+\S|insert\s+into\s+\S|replace\s+into\s+\S|merge\s+into\s+\S|update\s+\S+\s+set\b)`)
	// shellOrder is a command of a shell that changes something. Those that are everyday words, too, take a flag or a path, or stand
	// behind sudo.
	shellOrder = regexp.MustCompile(`(?i)(?:^|[;&|]|\bsudo\b)[\s$#]*(?:sudo\s+)?(?:(?:rm|rmdir|mv|cp|chmod|chown|kill|pkill|killall|mount|umount|truncate|shred|wipe|touch|mkdir|ln)\s+(?:-\w|-{2}\w|/|\*)|` +
		`mkfs(?:\.\w+)?\s+\S|wipefs\s+\S|dd\s+(?:if|of|bs)=|(?:sg|f|cf|s)disk\s+/|parted\s+/|(?:lv|vg|pv)(?:remove|reduce|create|change|rename|resize|extend|move)\s+\S|` +
		`(?:shutdown|reboot|poweroff|halt)\s+-\w|systemctl\s+(?:stop|start|restart|disable|enable|kill|mask)\b)|\bsudo\s+(?:reboot|shutdown|poweroff|halt|rm|kill|mount|umount)\b`)
)

// scripted reports whether a sentence is an order to change something in the words of a database or a shell: "drop table volumes",
// "rm -rf /".
func scripted(text string) bool { return sqlOrder.MatchString(text) || shellOrder.MatchString(text) }
