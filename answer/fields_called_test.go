package answer

import (
	"testing"
)

// Fields are found by their names, however these are written.
func TestCalled(t *testing.T) {
	for phrase, want := range map[string]string{"reclaimPolicy": "reclaim", "Reclaim policy": "reclaim", "persistentVolumeReclaimPolicy": "reclaim",
		"access-modes": "access", "fsType": "filesystem", "cluster": "cluster", "colour": "", "": ""} {
		got := ""
		if f := volumeSchema.Called(phrase); f != nil {
			got = f.Key()
		}
		if got != want {
			t.Errorf("%q is called %q, want %q", phrase, got, want)
		}
	}
}
