package nlp

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

// pack compresses data as small as it gets.
func pack(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

var errPacked = errors.New("it cannot be unpacked")

// unpack returns what was packed, which has so many bytes at most.
func unpack(packed []byte, most int64) ([]byte, error) {
	rest := bytes.NewReader(packed)
	var data bytes.Buffer
	data.Grow(2 * len(packed))
	if _, err := io.Copy(&data, io.LimitReader(flate.NewReader(rest), most+1)); err != nil || int64(data.Len()) > most || rest.Len() > 0 {
		return nil, errPacked
	}
	return data.Bytes(), nil
}
