package intents_test

import "testing"

// TestBareNumbers puts another number in the place of the last one, whatever is said around it.
func TestBareNumbers(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes over 100Gi / 200 then":                         "followup.refine volume size>200Gi",
		"volumes over 100Gi / let's say 200":                    "followup.refine volume size>200Gi",
		"pools over 50% full / 70 instead":                      "followup.refine pool used_percent>70",
		"5 biggest volumes / 10 then":                           "followup.refine volume sort=-size limit=10",
		"snapshots older than 7 days / 30 then":                 "followup.refine snapshot age>2592000",
		"is there room for 100Gi on cstor-3 / make it 150 then": "capacity pool free>=150Gi storageclass=cstor-3 @harbor",
		"is there room for 100Gi on cstor-3 / ok 150":           "capacity pool free>=150Gi storageclass=cstor-3 @harbor",
		"can data-postgres-0 grow to 200Gi / 300 then":          "capacity volume name=data-postgres-0 size>=300Gi @harbor",
		"can I shrink data-postgres-0 to 20Gi / 10 instead":     "impact volume claim=data-postgres-0 namespace=db size>=10Gi @harbor",
	})
}
