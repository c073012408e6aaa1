package nlp

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// A model file is a header and a body. The header is
//
//	modelMagic      8 bytes
//	format          4 bytes, little-endian; [ModelFormat]
//	length of body  8 bytes, little-endian
//	SHA-256 of body 32 bytes
//
// The body is compressed (DEFLATE). It is a list of sections, each a name and what the part of that name has written.
const (
	modelMagic = "mulenlu\n"

	// ModelFormat is the format of model files that is written, and the newest that is read.
	ModelFormat = 1

	headerSize = len(modelMagic) + 4 + 8 + sha256.Size
	maxModel   = 256 << 20 // bytes of a body before compression: a file that says more is no model
)

// FileError is why a model file cannot be read: what is wrong and what to do.
type FileError struct{ Problem, Hint string }

func (e *FileError) Error() string { return e.Problem + "; " + e.Hint }

// The sections of a model file.
const (
	sectionIntents    = "intents"
	sectionExtractor  = "extractor"
	sectionClassifier = "classifier"
	sectionExact      = "examples" // not of models of former times
	sectionTagger     = "tagger"   // not of every model
)

// errNoFile is why an extension is not written.
var errNoFile = errors.New("an extension is not written to a file, since training it takes no longer than reading one: keep its data")

// WriteTo writes the model as a file that [ReadModel] reads. The same model gives the same bytes. It fails for a model that
// [Extend] returned.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	if m.extension != nil {
		return 0, errNoFile
	}
	var body encoder
	section := func(name string, encode func(*encoder)) {
		var part encoder
		encode(&part)
		body.string(name)
		body.bytes(part.buf)
	}
	section(sectionIntents, func(e *encoder) {
		encodeList(e, m.intents, (*encoder).string)
		e.int(m.fallback)
	})
	section(sectionExtractor, m.extractor.encode)
	section(sectionClassifier, m.classifier.encode)
	section(sectionExact, m.exact.encode)
	if m.extractor.tagger != nil {
		section(sectionTagger, m.extractor.tagger.encode)
	}
	file, err := seal(body.buf, ModelFormat)
	if err != nil {
		return 0, fmt.Errorf("writing a model: %w", err)
	}
	n, err := w.Write(file)
	if err != nil {
		err = fmt.Errorf("writing a model: %w", err)
	}
	return int64(n), err
}

// seal compresses a body and puts the header before it.
func seal(body []byte, format uint32) ([]byte, error) {
	packed, err := pack(body)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(packed)
	file := make([]byte, 0, headerSize+len(packed))
	file = append(file, modelMagic...)
	file = binary.LittleEndian.AppendUint32(file, format)
	file = binary.LittleEndian.AppendUint64(file, uint64(len(packed)))
	file = append(file, sum[:]...)
	return append(file, packed...), nil
}

// ReadModel reads a model that [Model.WriteTo] wrote. Now is the clock that "since yesterday" is counted from; nil means
// time.Now. Of a file that is none, is damaged or too new it says so in a [*FileError].
func ReadModel(r io.Reader, now func() time.Time) (*Model, error) {
	body, err := unseal(r)
	if err != nil {
		return nil, err
	}
	sections, err := readSections(body)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	for _, part := range []struct {
		name   string
		decode func(*decoder)
	}{
		{sectionIntents, m.decodeIntents},
		{sectionExtractor, func(d *decoder) { m.extractor = decodeExtractor(d, now) }},
		{sectionClassifier, func(d *decoder) { m.classifier = decodeClassifier(d, m.classes()) }},
		{sectionExact, func(d *decoder) { m.exact = decodeExact(d, m.classes()) }},
		{sectionTagger, func(d *decoder) { m.extractor.tagger = decodeTagger(d) }},
	} {
		d := sections[part.name]
		if d == nil && (part.name == sectionTagger || part.name == sectionExact) {
			continue
		}
		if d == nil {
			return nil, &FileError{fmt.Sprintf("the model file has no section %q", part.name), trainAgain}
		}
		if part.decode(d); d.err == nil && len(d.buf) > 0 {
			d.fail()
		}
		if errors.Is(d.err, errTruncated) {
			return nil, &FileError{fmt.Sprintf("the section %q of the model file makes no sense", part.name), trainAgain}
		} else if d.err != nil {
			return nil, &FileError{d.err.Error(), trainAgain}
		}
	}
	return m, nil
}

const (
	trainAgain = "train the model again"
	copyAgain  = "copy the file again, or train the model again"
)

// unseal checks the header of a model file and returns its body, unpacked.
func unseal(r io.Reader) ([]byte, error) {
	header := make([]byte, headerSize)
	n, err := io.ReadFull(r, header)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	if n < len(modelMagic) || string(header[:len(modelMagic)]) != modelMagic {
		return nil, &FileError{"this is no model file", "give a file that training has written; a model is trained from training data first"}
	}
	if n < headerSize {
		return nil, &FileError{"the model file ends within its header", copyAgain}
	}
	rest := header[len(modelMagic):]
	if format := binary.LittleEndian.Uint32(rest); format == 0 || format > ModelFormat {
		return nil, &FileError{fmt.Sprintf("the model file has format %d, and this program reads formats up to %d", format, ModelFormat),
			"update the program, or train the model again with this one"}
	}
	length, sum := binary.LittleEndian.Uint64(rest[4:]), rest[12:]
	packed, err := io.ReadAll(io.LimitReader(r, maxModel))
	if err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	if uint64(len(packed)) != length {
		return nil, &FileError{fmt.Sprintf("the model file should have %d bytes behind its header and has %d", length, len(packed)), copyAgain}
	}
	if got := sha256.Sum256(packed); !bytes.Equal(got[:], sum) {
		return nil, &FileError{"the model file is damaged: its checksum is wrong", copyAgain}
	}
	body, err := unpack(packed, maxModel)
	if err != nil {
		return nil, &FileError{"the body of the model file cannot be unpacked", trainAgain}
	}
	return body, nil
}

// readSections returns a decoder for each section of a body. Sections that this program does not know are none of its
// business.
func readSections(body []byte) (map[string]*decoder, error) {
	sections := map[string]*decoder{}
	for d := (&decoder{buf: body}); len(d.buf) > 0; {
		name, part := d.string(), d.bytes()
		if d.err != nil {
			return nil, &FileError{"the sections of the model file make no sense", trainAgain}
		}
		sections[name] = &decoder{buf: part}
	}
	return sections, nil
}

func (m *Model) decodeIntents(d *decoder) {
	m.intents = decodeList(d, 1, (*decoder).string)
	m.fallback = d.int()
	if n := len(m.intents); n < 2 || m.fallback != -1 && m.fallback != n {
		d.fail()
	}
}

// classes returns the number of classes that the classifier tells apart: the intents and, where it has examples, Fallback.
func (m *Model) classes() int {
	if m.fallback >= 0 {
		return len(m.intents) + 1
	}
	return len(m.intents)
}
