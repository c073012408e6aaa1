package answer

import (
	"encoding/json"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// FuzzAnswer feeds queries as a button brings them back: whatever they hold, there is an answer or an error for the user.
func FuzzAnswer(f *testing.F) {
	for _, cases := range goldenCases {
		for _, c := range cases {
			seed, err := json.Marshal(c.query)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(seed)
		}
	}
	f.Add([]byte(`{"subject":"volume","limit":-1,"offset":-9,"filters":[{"field":"namespace","op":"="},{"field":"age","op":">","number":-1e300}]}`))
	inventories := both()
	f.Fuzz(func(t *testing.T, data []byte) {
		var q models.Query
		if json.Unmarshal(data, &q) != nil {
			return
		}
		for _, to := range []kindOfAnswer{To, Overview} {
			reply, err := to(Request{Query: &q, Inventories: inventories})
			switch {
			case err != nil && models.KindOf(err) == models.Internal:
				t.Errorf("%s: %v", data, err)
			case err == nil && reply.Text == "":
				t.Errorf("%s: no text", data)
			}
			checkTable(t, reply.Table)
		}
	})
}
