package store

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/mulebot/mulebot/models"
)

// Key seals and opens the records of a store. It is a Tink keyset, so that a later key can be added beside an older one.
// It prints nothing of itself.
type Key struct {
	aead   tink.AEAD
	keyset *keyset.Handle
}

// String implements fmt.Stringer.
func (Key) String() string { return "[redacted]" }

// GoString implements fmt.GoStringer.
func (k Key) GoString() string { return k.String() }

// seal encrypts a record's value for its place in the store.
func (k Key) seal(key string, value []byte) ([]byte, error) {
	return k.aead.Encrypt(value, []byte(key))
}

// open decrypts what seal gave for the same key, and nothing else.
func (k Key) open(key string, sealed []byte) ([]byte, error) {
	return k.aead.Decrypt(sealed, []byte(key))
}

// ParseKey reads a key from its text: the content of a key file, as it is or in base64. Errors are *models.Error and do not
// hold the text.
func ParseKey(text models.Secret) (Key, error) {
	bad := func(err error) (Key, error) {
		return Key{}, &models.Error{Kind: models.Invalid, Message: "the store's key cannot be read",
			Hint: "it is the content of a key file (mulebot.key), as it is or in base64; take it from your backup", Err: err}
	}
	encoded := strings.TrimSpace(text.Reveal())
	if !strings.HasPrefix(encoded, "{") {
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return bad(errors.New("not base64")) // the error itself would hold a part of the text
		}
		encoded = string(decoded)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(encoded)))
	if err != nil {
		return bad(errors.New("not a Tink keyset"))
	}
	key, err := keyOf(handle)
	if err != nil {
		return bad(errors.New("not a keyset for an AEAD"))
	}
	return key, nil
}

func keyOf(handle *keyset.Handle) (Key, error) {
	primitive, err := aead.New(handle)
	return Key{primitive, handle}, err
}

// LoadKey reads the key in a file; where there is no such file it makes a key and the file, with mode 0600. A file that
// others than its owner may read is refused. Errors are *models.Error.
func LoadKey(path string) (Key, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = writeKey(path); err == nil {
			info, err = os.Stat(path)
		}
	}
	if err != nil {
		return Key{}, unusableKey(path, err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return Key{}, &models.Error{Kind: models.Forbidden,
			Message: fmt.Sprintf("the key file %s may be read by others (mode %04o)", path, info.Mode().Perm()),
			Hint:    "run chmod 600 " + path + ", or give the key in MULEBOT_KEY"}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Key{}, unusableKey(path, err)
	}
	key, err := ParseKey(models.Secret(text))
	if err != nil {
		return Key{}, &models.Error{Kind: models.Invalid, Message: path + " is not a key file, or a damaged one",
			Hint: "put the file back from your backup; a store cannot be read without its key", Err: errors.Unwrap(err)}
	}
	return key, nil
}

func unusableKey(path string, err error) error {
	return &models.Error{Kind: models.Unavailable, Message: "the key file " + path + " cannot be used",
		Hint: "the folder and the file must belong to the user that runs mulebot; set data_dir for another place", Err: err}
}

// writeKey makes a key and its file, whole or not at all, and leaves a file alone that has come to be there meanwhile.
func writeKey(path string) error {
	text, err := newKey()
	if err != nil {
		return err
	}
	temporary, err := besideKey(path, text)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary) }()
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// besideKey writes the text of a key into a new file in the folder of path, and returns the path of that.
func besideKey(path string, text []byte) (temporary string, err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".mulebot-key-*") // has mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// newKey returns the text of a new key.
func newKey() ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	return keyText(handle)
}

func keyText(handle *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
