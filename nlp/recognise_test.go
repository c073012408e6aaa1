package nlp

import (
	"fmt"
	"strings"
	"testing"
)

// describe prints entities as "type op value", names as "type value".
func describe(found []found) string {
	var parts []string
	for _, f := range found {
		s := f.Type
		if f.Op != "" {
			s += " " + f.Op
		}
		s += " " + f.Value
		if f.Negated {
			s = "not " + s
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

const gi, hours, days = 1 << 30, 3600, 86400

func TestRecognise(t *testing.T) {
	rows := []struct{ text, want string }{
		// quantities
		{"10Gi", fmt.Sprint("quantity ", 10*gi)}, {"10 Gi", fmt.Sprint("quantity ", 10*gi)}, {"10GiB", fmt.Sprint("quantity ", 10*gi)},
		{"10G", "quantity 10000000000"}, {"10 GB", "quantity 10000000000"}, {"10gb", "quantity 10000000000"},
		{"1.5 TB", "quantity 1500000000000"}, {"1.5Ti", "quantity 1649267441664"}, {"500 gig", fmt.Sprint("quantity ", 500*gi)},
		{"ten gigs", fmt.Sprint("quantity ", 10*gi)}, {"512Mi", "quantity 536870912"}, {"100M", "quantity 100000000"},
		{"20 gigabytes", "quantity 20000000000"}, {"a terabyte", "quantity 1000000000000"}, {"half a terabyte", "quantity 500000000000"},
		{"1,024 MiB", "quantity 1073741824"}, {"2Pi", "quantity 2251799813685248"}, {"a 400Gi volume", fmt.Sprint("quantity ", 400*gi)},
		{"twenty-five gigs", fmt.Sprint("quantity ", 25*gi)}, {"10-gig", fmt.Sprint("quantity ", 10*gi)}, {"300 bytes", "quantity 300"},
		{"20 more gigs", fmt.Sprint("quantity ", 20*gi)}, {"20 more volumes", "count 20"},
		// percentages
		{"80%", "percentage 80"}, {"80 %", "percentage 80"}, {"80 percent", "percentage 80"}, {"eighty percent", "percentage 80"},
		{"99.5%", "percentage 99.5"}, {"80 per cent", "percentage 80"},
		{"three quarters", "percentage 75"}, {"a quarter", "percentage 25"}, {"half full", "percentage 50"},
		{"80% full at most", "percentage <= 80"}, {"80% full or less", "percentage <= 80"}, {"80% used at least", "percentage >= 80"},
		{"5% free or less", "percentage <= 5"}, {"20% left at least", "percentage >= 20"}, {"20% free and 3 days old", fmt.Sprint("percentage 20; duration = ", 3*days)},
		// counts
		{"top 5", "count 5"}, {"top five", "count 5"}, {"a dozen", "count 12"}, {"two dozen volumes", "count 24"},
		{"1,000 volumes", "count 1000"}, {"twenty five volumes", "count 25"}, {"the first 3", "count 3"}, {"top one", "count 1"},
		{"which one is full", ""}, {"a couple of snapshots", "count 2"}, {"two hundred", "count 200"}, {"half", ""},
		// not numbers
		{"four fifths", ""}, {"v1.36.3", ""}, {"10.0.0.1", ""}, {"1.2.3", ""}, {"a volume", ""}, {"24/7", ""}, {"k8s", ""},
		// durations and times; it is Wednesday, 15:00
		{"2h", fmt.Sprint("duration ", 2*hours)}, {"2 hours", fmt.Sprint("duration ", 2*hours)}, {"30m", "duration 1800"},
		{"30 min", "duration 1800"}, {"1d12h", fmt.Sprint("duration ", 36*hours)}, {"1 day and 12 hours", fmt.Sprint("duration ", 36*hours)},
		{"an hour", "duration 3600"}, {"half an hour", "duration 1800"}, {"a couple of days", fmt.Sprint("duration ", 2*days)},
		{"the last 24 hours", fmt.Sprint("duration <= ", 24*hours)}, {"past two weeks", fmt.Sprint("duration <= ", 14*days)},
		{"in the last hour", "duration <= 3600"}, {"since yesterday", fmt.Sprint("duration <= ", 39*hours)},
		{"since yesterday noon", fmt.Sprint("duration <= ", 27*hours)}, {"today", fmt.Sprint("duration <= ", 15*hours)},
		{"this week", fmt.Sprint("duration <= ", 63*hours)}, {"this month", fmt.Sprint("duration <= ", (3*24+15)*hours)},
		{"this morning", fmt.Sprint("duration <= ", 9*hours)}, {"last night", fmt.Sprint("duration <= ", 21*hours)},
		{"since monday", fmt.Sprint("duration <= ", 63*hours)}, {"since 10:30", "duration <= 16200"}, {"since 9am", fmt.Sprint("duration <= ", 6*hours)},
		{"since 4 pm", fmt.Sprint("duration <= ", 23*hours)}, {"since 2026-03-01", fmt.Sprint("duration <= ", (3*24+15)*hours)},
		{"since 2026-03-04T14:00:00Z", "duration <= 3600"}, {"before yesterday", fmt.Sprint("duration > ", 39*hours)},
		{"older than 3 days", fmt.Sprint("duration > ", 3*days)}, {"3-day-old", fmt.Sprint("duration ", 3*days)},
		{"newer than a week", fmt.Sprint("duration < ", 7*days)}, {"2 hours ago", fmt.Sprint("duration = ", 2*hours)},
		{"more than 2 hours ago", fmt.Sprint("duration > ", 2*hours)}, {"within 5 minutes", "duration <= 300"},
		// comparisons
		{"over 80%", "percentage > 80"}, {">80%", "percentage > 80"}, {">= 80%", "percentage >= 80"}, {"≥80%", "percentage >= 80"},
		{"under 10Gi", fmt.Sprint("quantity < ", 10*gi)}, {"at least 3 replicas", "count >= 3"}, {"at most a dozen", "count <= 12"},
		{"more than 5", "count > 5"}, {"fewer than 3", "count < 3"}, {"less than about 20%", "percentage < 20"},
		{"bigger than 10Gi", fmt.Sprint("quantity > ", 10*gi)}, {"more big than 10Gi", fmt.Sprint("quantity > ", 10*gi)}, {"no more than 5", "count <= 5"}, {"not over 80%", "percentage <= 80"},
		{"up to 10Gi", fmt.Sprint("quantity <= ", 10*gi)}, {"exactly 3", "count = 3"}, {"equal to 3", "count = 3"},
		{"80% or more", "percentage >= 80"}, {"10Gi or less", fmt.Sprint("quantity <= ", 10*gi)}, {"80%+", "percentage >= 80"},
		{"greater than or equal to 80%", "percentage >= 80"}, {"80% and above", "percentage >= 80"},
		{"between 10Gi and 20Gi", fmt.Sprintf("quantity >= %d; quantity <= %d", 10*gi, 20*gi)},
		{"between 10 and 20Gi", fmt.Sprintf("quantity >= %d; quantity <= %d", 10*gi, 20*gi)},
		{"between 10 and 20 percent", "percentage >= 10; percentage <= 20"},
		{"over 10% and under 20%", "percentage > 10; percentage < 20"}, {"80% full", "percentage 80"},
		{"smaller than 1Ti and older than 1 week", fmt.Sprint("quantity < 1099511627776; duration > ", 7*days)},
		// decimals, parts and what is added
		{"over 80,5 %", "percentage > 80.5"}, {"1,5 TB", "quantity 1500000000000"}, {"12,345.5 GB", "quantity 12345500000000"}, {"nodes 1,2,3", ""},
		{"half of an hour", "duration 1800"}, {"the last quarter of an hour", "duration <= 900"}, {"a quarter hour", "duration 900"},
		{"a quarter of a terabyte", "quantity 250000000000"}, {"three quarters of an hour", "duration 2700"}, {"a quarter of the pool", "percentage 25"},
		{"this quarter", ""}, {"less than half of it", "percentage < 50"}, {"within the last half an hour", "duration <= 1800"},
		{"one and a half days", fmt.Sprint("duration ", 36*hours)}, {"two and a half terabytes", "quantity 2500000000000"}, {"3 and a half hours", "duration 12600"},
		{"an hour and a half", "duration 5400"}, {"2 hours and a quarter", "duration 8100"}, {"over a terabyte and half full", "quantity > 1000000000000; percentage 50"},
		{"a day and a half hour", fmt.Sprint("duration ", 24*hours, "; duration 1800")},
		{"2 hundred gigs", fmt.Sprint("quantity ", 200*gi)}, {"a hundred and fifty gigs", fmt.Sprint("quantity ", 150*gi)}, {"3 million files", "count 3000000"},
		{"two hundred fifty", "count 250"}, {"two thousand three hundred and twenty-five", "count 2325"}, {"a couple hundred gigs", fmt.Sprint("quantity ", 200*gi)},
		{"between a hundred and two hundred gigs", fmt.Sprintf("quantity >= %d; quantity <= %d", 100*gi, 200*gi)}, {"half a million", "count 500000"},
		// ranges
		{"50-80% full", "percentage >= 50; percentage <= 80"}, {"50–80 %", "percentage >= 50; percentage <= 80"}, {"10Gi-20Gi", fmt.Sprintf("quantity >= %d; quantity <= %d", 10*gi, 20*gi)},
		{"2-3 weeks old", fmt.Sprintf("duration >= %d; duration <= %d", 14*days, 21*days)}, {"from 10 to 20 GB", "quantity >= 10000000000; quantity <= 20000000000"},
		{"from 10 up to 20 GB", "quantity >= 10000000000; quantity <= 20000000000"}, {"volumes 10 to 20 GB", "quantity >= 10000000000; quantity <= 20000000000"},
		{"of 10 to 20 GB", "quantity >= 10000000000; quantity <= 20000000000"}, {"with a size from 10 to 20 GB", "quantity >= 10000000000; quantity <= 20000000000"}, {"grow it from 10Gi to 20Gi", fmt.Sprintf("quantity %d; quantity %d", 10*gi, 20*gi)},
		{"web-5-10", ""}, {"rack 5-10", ""}, {"-5%", ""}, {"- 5%", "percentage 5"}, {"5 MB/s", ""}, {"over 10 ms", ""},
		{"not between 50 and 80%", ""}, {"is n't 50-80% full", ""},
		// not equal
		{"not equal to 20 GB", "not quantity = 20000000000"}, {"!= 5", "not count = 5"}, {"<> 5", "not count = 5"}, {"≠ 5", "not count = 5"},
		{"not exactly 3", "not count = 3"}, {"do not have exactly 3", "not count = 3"}, {"has more than 3", "count > 3"}, {"=< 3d", fmt.Sprint("duration <= ", 3*days)}, {"=> 80%", "percentage >= 80"},
		// times of a day
		{"the day before yesterday", fmt.Sprint("duration <= ", 63*hours)}, {"since wednesday 11pm", fmt.Sprint("duration <= ", (6*24+16)*hours)},
		{"since monday 9am", fmt.Sprint("duration <= ", 54*hours)}, {"since 2026-03-03 08:00", fmt.Sprint("duration <= ", 31*hours)},
		{"since 2026-03-03T08:00", fmt.Sprint("duration <= ", 31*hours)}, {"since 2026-03-03T10:00:00+02:00", fmt.Sprint("duration <= ", 31*hours)},
		{"since 2026-03-03T03:00:00-05:00", fmt.Sprint("duration <= ", 31*hours)}, {"before friday at 10:00", fmt.Sprint("duration > ", (5*24+5)*hours)},
		// ordinals
		{"the second one", "ordinal 2"}, {"the 3rd", "ordinal 3"}, {"the last one", "ordinal -1"}, {"number 2", "ordinal 2"},
		{"#2", "ordinal 2"}, {"the first volume", "ordinal 1"}, {"a second", "duration 1"}, {"the last volume", ""}, {"first of all", ""},
	}
	for _, row := range rows {
		found := resolve(tokenise(row.text), recognise(tokenise(row.text), testNow()))
		if got := describe(found); got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
}
