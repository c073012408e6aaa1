//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/slacksim"
)

// TestQuestionsLive asks the same questions as TestQuestionsOffline through Slack, over real API servers.
func TestQuestionsLive(t *testing.T) {
	w := newWorld(t, slacksim.Options{})
	var names []string
	for _, c := range demo.Clusters() {
		names = append(names, c.Name)
	}
	w.setUp(names...)
	w.serve()
	right := 0
	all := slices.DeleteFunc(questions(t), func(q question) bool { return q.From != "" })
	for _, q := range all {
		_, answer := w.say("storage", "", "@mulebot "+q.Ask)
		if wrong := q.judge(answer); len(wrong) > 0 {
			t.Errorf("%q: %s\n%s", q.Ask, strings.Join(wrong, "; "), answer)
			continue
		}
		right++
	}
	t.Logf("%d of %d questions answered right", right, len(all))
	if s := w.sim.Stats(); s.Twice > 0 || s.Unanswered() > 0 || len(s.Refusals) > 0 {
		t.Errorf("answered twice %d, unanswered %d, calls that Slack refused %v", s.Twice, s.Unanswered(), s.Refusals)
	}
	if code := w.stop(); code != 0 {
		t.Errorf("serve ended with %d\n%s", code, w.log)
	}
}
