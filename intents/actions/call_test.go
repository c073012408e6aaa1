package actions

import (
	"net/url"
	"testing"
)

func TestAllowedHost(t *testing.T) {
	allow := testRules().HTTPAllow
	for address, want := range map[string]bool{
		"https://api.example.com/x": true, "http://API.example.com": true, "https://api.example.com:443/": true, "http://local:8080/": true,
		"https://a.corp.example/": true, "https://a.b.corp.example/": true,
		"https://corp.example/": false, "https://evilcorp.example/": false, "https://api.example.com:8443/": false, "http://local/": false,
		"https://api.example.com.evil.org/": false, "https://example.com/": false, "https://api.example.com@evil.org/": false, "https:///x": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := AllowedHost(u, allow); got != want {
			t.Errorf("%s is allowed: %v, want %v", address, got, want)
		}
	}
}

func TestSlotsCannotLeaveTheirPlaceInURLs(t *testing.T) {
	p, err := newPattern("https://api.example.com/v1/{{.slots.a}}?q={{.slots.b}}", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"../admin": "/v1/..%2Fadmin", "..": "/v1/%252E%252E", "a?x=1#y": "/v1/a%3Fx%3D1%23y", "a b": "/v1/a%20b", "ä": "/v1/%C3%A4",
	} {
		text, err := p.Render(t.Context(), map[string]any{"slots": escapedSlots(map[string]any{"a": given, "b": "x&y=z"})})
		if err != nil || text != "https://api.example.com"+want+"?q=x%26y%3Dz" {
			t.Errorf("%q makes %s, %v", given, text, err)
		}
	}
}
