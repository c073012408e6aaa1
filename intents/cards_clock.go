package intents

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The words of times of the day.
const (
	smallWords = `one|two|three|four|five|six|seven|eight|nine`
	teenWords  = `ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen`
	hourWords  = `zero|twenty(?:[- ](?:one|two|three)\b)?|` + teenWords + `|` + smallWords
	tensWords  = `(?:twenty|thirty|forty|fifty)(?:[- ](?:` + smallWords + `)\b)?`
)

// clockWords is a time of the day with words in it: what says that it is one, what the hour is short of or past by, the hour, the
// minutes, and what else says that it is one.
var clockWords = regexp.MustCompile(`(?i)(?:\b((?:at|around)\s+)|(@\s*))?\b(?:(half|quarter|` + tensWords + `|` + teenWords + `|five|\d{1,2})\s+(past|after|to|before)\s+)?` +
	`(` + hourWords + `|\d{1,2})\b(?:\s+(` + tensWords + `|` + teenWords + `|(?:oh|o)[- ](?:` + smallWords + `)\b|hundred)\b)?(\s*(?:o'?clock\b|[ap]m\b|[ap]\.m\.))?`)

// clockInDigits writes the times of the day in a text that are said in words, "at half past five", in digits: "at 5:30".
func clockInDigits(text string) string {
	return clockWords.ReplaceAllStringFunc(text, func(said string) string {
		g := clockWords.FindStringSubmatch(said)
		if g == nil {
			return said
		}
		before, by, side, behind := g[1]+g[2], strings.ToLower(g[3]), strings.ToLower(g[4]), g[7]
		part := by == "half" || by == "quarter"
		inDigits := strings.Trim(g[5], "0123456789") == ""
		if before == "" && behind == "" && !part || inDigits && by == "" && g[6] == "" {
			return said
		}
		hour, minute, half := inNumbers(g[5]), inNumbers(g[6]), strings.ContainsAny(behind, "mM") // am or pm
		switch {
		case by == "":
		case side == "past" || side == "after":
			minute = inNumbers(by)
		case half && hour == 12: // of the other half of the day
			return said
		case hour == 0:
			hour, minute = 23, 60-inNumbers(by)
		default:
			hour, minute = hour-1, 60-inNumbers(by)
		}
		if half && hour == 0 {
			hour = 12
		}
		if minute < 0 || minute > 59 {
			return said
		}
		return fmt.Sprintf("%s%d:%02d%s", orAt(before), hour, minute, behind)
	})
}

// orAt returns what stands before a time of the day, with which it is one.
func orAt(before string) string {
	if before == "" {
		return "at "
	}
	return before
}

// inNumbers returns the number that words of a time of the day say.
func inNumbers(words string) int {
	n := 0
	for _, w := range strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return r == ' ' || r == '-' }) {
		if d, err := strconv.Atoi(w); err == nil {
			n += d
		}
		n += clockNumbers[w]
	}
	return n
}

var clockNumbers = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "quarter": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "half": 30, "forty": 40, "fifty": 50}
