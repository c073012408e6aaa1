package phrase

import (
	"slices"
	"strings"
	"testing"
)

func TestCompareNatural(t *testing.T) {
	names := []string{"worker-10", "worker-2", "worker-02", "a", "worker-", "worker-2b", ""}
	slices.SortFunc(names, Natural)
	if got := strings.Join(names, " "); got != " a worker- worker-02 worker-2 worker-2b worker-10" {
		t.Error(got)
	}
}
