package kv_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/mulebot/mulebot/store/kv"
)

// TestConformance is the contract of a backend.
func TestConformance(t *testing.T) {
	backends := map[string]func(*testing.T) kv.KV{
		"bolt":   func(t *testing.T) kv.KV { return openBolt(t, filepath.Join(t.TempDir(), "store.db")) },
		"memory": func(*testing.T) kv.KV { return kv.Memory() },
	}
	rules := map[string]func(*testing.T, kv.KV){
		"what was put is there":                testPut,
		"keys have a length":                   testKeys,
		"a view cannot write":                  testReadOnly,
		"a scan is sorted":                     testScan,
		"a scan minds writes":                  testScanWrites,
		"an update that fails leaves nothing":  testAtomic,
		"a transaction sees one state":         testIsolation,
		"updates do not overwrite each other":  testCounter,
		"a failure does not touch its company": testCompany,
		"a panic stays with its caller":        testPanic,
		"it does what a map does":              testModel,
		"a context that ended stops it":        testContext,
		"nothing works once closed":            testClose,
	}
	for backend, open := range backends {
		for rule, test := range rules {
			t.Run(backend+"/"+rule, func(t *testing.T) {
				db := open(t)
				defer db.Close()
				test(t, db)
			})
		}
	}
}

func openBolt(t testing.TB, path string) kv.File {
	t.Helper()
	db, err := kv.OpenBolt(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func update(t testing.TB, db kv.KV, fn func(kv.Tx) error) {
	t.Helper()
	if err := db.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, db kv.KV, keys ...string) {
	t.Helper()
	update(t, db, func(tx kv.Tx) error {
		for _, key := range keys {
			if err := tx.Put(key, []byte("value of "+key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// content returns the records whose keys begin with prefix.
func content(t *testing.T, db kv.KV, prefix string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := db.View(context.Background(), func(tx kv.Tx) error {
		for key, value := range tx.Scan(prefix) {
			found[key] = string(value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func want(t *testing.T, db kv.KV, records map[string]string) {
	t.Helper()
	if got := content(t, db, ""); !maps.Equal(got, records) {
		t.Errorf("the store holds %q, want %q", got, records)
	}
}

func testPut(t *testing.T, db kv.KV) {
	value := []byte("one")
	update(t, db, func(tx kv.Tx) error {
		err := errors.Join(tx.Put("a", value), tx.Put("b", []byte("two")), tx.Put("empty", nil), tx.Delete("missing"))
		value[0] = 'X' // the store has its own copy
		if got, ok := tx.Get("a"); !ok || string(got) != "one" {
			return fmt.Errorf("in the same update: %q, %v", got, ok)
		}
		if got, ok := tx.Get("empty"); !ok || len(got) != 0 {
			return fmt.Errorf("empty in the same update: %q, %v", got, ok)
		}
		return err
	})
	want(t, db, map[string]string{"a": "one", "b": "two", "empty": ""})
	update(t, db, func(tx kv.Tx) error { return errors.Join(tx.Put("a", []byte("three")), tx.Delete("b")) })
	want(t, db, map[string]string{"a": "three", "empty": ""})
	err := db.View(context.Background(), func(tx kv.Tx) error {
		for key, there := range map[string]bool{"a": true, "empty": true, "b": false, "": false, "missing": false} {
			if _, ok := tx.Get(key); ok != there {
				return fmt.Errorf("%q: there is %v", key, ok)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testKeys(t *testing.T, db kv.KV) {
	long := strings.Repeat("k", kv.MaxKey)
	put(t, db, long, "\x00", "\xff\xfe", "ü/%")
	for _, key := range []string{"", long + "k"} {
		if err := db.Update(context.Background(), func(tx kv.Tx) error { return tx.Put(key, nil) }); !errors.Is(err, kv.ErrKey) {
			t.Errorf("a key of %d bytes: %v", len(key), err)
		}
	}
	if got := len(content(t, db, "")); got != 4 {
		t.Errorf("%d keys", got)
	}
}

func testReadOnly(t *testing.T, db kv.KV) {
	put(t, db, "a")
	for name, write := range map[string]func(kv.Tx) error{
		"put":    func(tx kv.Tx) error { return tx.Put("a", []byte("x")) },
		"delete": func(tx kv.Tx) error { return tx.Delete("a") },
	} {
		if err := db.View(context.Background(), write); !errors.Is(err, kv.ErrReadOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want(t, db, map[string]string{"a": "value of a"})
}

func scan(t *testing.T, db kv.KV, prefix string) (keys []string) {
	t.Helper()
	err := db.View(context.Background(), func(tx kv.Tx) error {
		for key := range tx.Scan(prefix) {
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func testScan(t *testing.T, db kv.KV) {
	put(t, db, "b/2", "a", "b/10", "b/", "c", "b", "b/\xff", "b0", "b/1/x")
	for prefix, keys := range map[string][]string{
		"":       {"a", "b", "b/", "b/1/x", "b/10", "b/2", "b/\xff", "b0", "c"},
		"b/":     {"b/", "b/1/x", "b/10", "b/2", "b/\xff"},
		"b/\xff": {"b/\xff"},
		"d":      nil,
	} {
		if got := scan(t, db, prefix); !slices.Equal(got, keys) {
			t.Errorf("scan of %q: %q, want %q", prefix, got, keys)
		}
	}
	err := db.View(context.Background(), func(tx kv.Tx) error {
		for range tx.Scan("") {
			break // is allowed
		}
		var from []string
		for key := range tx.ScanFrom("b/2") {
			from = append(from, key)
		}
		if !slices.Equal(from, []string{"b/2", "b/\xff", "b0", "c"}) {
			t.Errorf("from b/2 on: %q", from)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testScanWrites(t *testing.T, db kv.KV) {
	var keys []string
	for i := range 1000 { // more than a page of any backend
		keys = append(keys, fmt.Sprintf("%04d", i))
	}
	put(t, db, keys...)
	var seen []string
	update(t, db, func(tx kv.Tx) error {
		seen = nil
		for key := range tx.Scan("0") {
			seen = append(seen, key)
			if err := errors.Join(tx.Delete(key), tx.Put("1"+key, nil), tx.Put("00-behind us", nil)); err != nil {
				return err
			}
		}
		return nil
	})
	if got := slices.DeleteFunc(seen, func(k string) bool { return k == "00-behind us" }); !slices.Equal(got, keys) {
		t.Errorf("%d keys were scanned, from %q to %q", len(got), got[0], got[len(got)-1])
	}
	if got := len(scan(t, db, "1")); got != 1000 {
		t.Errorf("%d keys were written", got)
	}
}

var errOurs = errors.New("ours")

func testAtomic(t *testing.T, db kv.KV) {
	put(t, db, "a", "b")
	err := db.Update(context.Background(), func(tx kv.Tx) error {
		_ = tx.Put("a", []byte("changed"))
		_ = tx.Delete("b")
		_ = tx.Put("c", []byte("new"))
		return errOurs
	})
	if !errors.Is(err, errOurs) {
		t.Errorf("Update returned %v", err)
	}
	want(t, db, map[string]string{"a": "value of a", "b": "value of b"})
	if err := db.View(context.Background(), func(kv.Tx) error { return errOurs }); !errors.Is(err, errOurs) {
		t.Errorf("View returned %v", err)
	}
}

func testIsolation(t *testing.T, db kv.KV) {
	put(t, db, "a")
	err := db.View(context.Background(), func(tx kv.Tx) error {
		done := make(chan error)
		go func() {
			done <- db.Update(context.Background(), func(tx kv.Tx) error {
				return errors.Join(tx.Put("a", []byte("later")), tx.Put("b", nil))
			})
		}()
		if err := <-done; err != nil { // a view does not hold an update up
			return err
		}
		if value, _ := tx.Get("a"); string(value) != "value of a" {
			return fmt.Errorf("a view saw %q, which was written after it began", value)
		}
		if _, ok := tx.Get("b"); ok {
			return errors.New("a view saw a key that was written after it began")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	want(t, db, map[string]string{"a": "later", "b": ""})
}

func testCounter(t *testing.T, db kv.KV) {
	const workers, times = 20, 20
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range times {
				err := db.Update(context.Background(), func(tx kv.Tx) error {
					value, _ := tx.Get("count")
					return tx.Put("count", append(slices.Clone(value), '+'))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(content(t, db, "")["count"]); got != workers*times {
		t.Errorf("%d of %d updates are there", got, workers*times)
	}
}

// testCompany lets many updates wait for one commit, some of which fail.
func testCompany(t *testing.T, db kv.KV) {
	const n = 40
	errs := together(t, db, n, func(i int, tx kv.Tx) error {
		if err := tx.Put(fmt.Sprintf("%02d", i), nil); err != nil || i%3 != 0 {
			return err
		}
		return errOurs
	})
	kept := content(t, db, "")
	for i := range n {
		_, there := kept[fmt.Sprintf("%02d", i)]
		if fails := i%3 == 0; fails != errors.Is(errs[i], errOurs) || there == fails {
			t.Errorf("update %d returned %v, and its key is there: %v", i, errs[i], there)
		}
	}
}

// together runs n updates at once, all of which have come before the first is through.
func together(t *testing.T, db kv.KV, n int, fn func(i int, tx kv.Tx) error) []error {
	t.Helper()
	errs := make([]error, n)
	started, ready := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var wg, others sync.WaitGroup
	wg.Go(func() {
		err := db.Update(context.Background(), func(kv.Tx) error {
			once.Do(func() { close(started); <-ready })
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-started
	for i := range n {
		others.Add(1)
		wg.Go(func() {
			others.Done()
			errs[i] = db.Update(context.Background(), func(tx kv.Tx) error { return fn(i, tx) })
		})
	}
	others.Wait()
	close(ready)
	wg.Wait()
	return errs
}

func testPanic(t *testing.T, db kv.KV) {
	recovered := func(call func(context.Context, func(kv.Tx) error) error) (p any) {
		defer func() { p = recover() }()
		_ = call(context.Background(), func(tx kv.Tx) error { _ = tx.Put("a", nil); panic("ours") })
		return nil
	}
	if p := recovered(db.Update); p != "ours" {
		t.Errorf("Update let %v out", p)
	}
	if p := recovered(db.View); p != "ours" {
		t.Errorf("View let %v out", p)
	}
	put(t, db, "b")
	want(t, db, map[string]string{"b": "value of b"})
}

// testModel does the same random things to the store and to a map.
func testModel(t *testing.T, db kv.KV) {
	random := rand.New(rand.NewPCG(1, 2))
	model := map[string]string{}
	for step := range 200 {
		fails := random.IntN(4) == 0
		next := maps.Clone(model)
		err := db.Update(context.Background(), func(tx kv.Tx) error {
			for range random.IntN(30) {
				key := fmt.Sprintf("%x", random.IntN(300))
				if random.IntN(3) == 0 {
					delete(next, key)
					if err := tx.Delete(key); err != nil {
						return err
					}
					continue
				}
				next[key] = strings.Repeat("v", random.IntN(500))
				if err := tx.Put(key, []byte(next[key])); err != nil {
					return err
				}
			}
			if fails {
				return errOurs
			}
			return nil
		})
		if fails != (err != nil) {
			t.Fatalf("step %d: %v", step, err)
		}
		if !fails {
			model = next
		}
		if got := content(t, db, ""); !maps.Equal(got, model) {
			t.Fatalf("step %d: the store and the map differ", step)
		}
	}
}

func testContext(t *testing.T, db kv.KV) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := db.View(ctx, func(kv.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View returned %v", err)
	}
	if err := db.Update(ctx, func(tx kv.Tx) error { return tx.Put("a", nil) }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update returned %v", err)
	}
	want(t, db, map[string]string{})

	// A context that ends while the update is under way does not make its outcome uncertain.
	ctx, cancel = context.WithCancel(context.Background())
	if err := db.Update(ctx, func(tx kv.Tx) error { cancel(); return tx.Put("a", nil) }); err != nil {
		t.Errorf("Update returned %v", err)
	}
	want(t, db, map[string]string{"a": ""})
}

func testClose(t *testing.T, db kv.KV) {
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.View(context.Background(), func(kv.Tx) error { return nil }); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("View returned %v", err)
	}
	if err := db.Update(context.Background(), func(kv.Tx) error { return nil }); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("Update returned %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("a second Close returned %v", err)
	}
}

// TestWithdraw ends the context of an update that waits behind another.
func TestWithdraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openBolt(t, filepath.Join(t.TempDir(), "store.db"))
		leading, release := make(chan struct{}), make(chan struct{})
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			first <- db.Update(context.Background(), func(tx kv.Tx) error {
				close(leading)
				<-release
				return tx.Put("first", nil)
			})
		}()
		<-leading
		ctx, cancel := context.WithCancel(context.Background())
		go func() { second <- db.Update(ctx, func(tx kv.Tx) error { return tx.Put("second", nil) }) }()
		synctest.Wait() // the second waits for the first
		cancel()
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("the second returned %v", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Errorf("the first returned %v", err)
		}
		want(t, db, map[string]string{"first": ""})
	})
}
