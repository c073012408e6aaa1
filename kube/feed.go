package kube

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// feed lists and watches the objects of one GVR. Lists are decoded and trimmed object by object while they come, so that they may come
// whole, whatever their size: from an API server's cache, where it would ask etcd for the pages of what has not changed for long, and
// without an event for each object, which makes two thirds of the work of a stream of events (WatchList).
type feed struct {
	get     func() *rest.Request
	kind    string
	example runtime.Object
	packer  *packer
	came    func(objects int)
}

// unstreamed says that lists are not to be streamed as events.
type unstreamed struct{}

// IsWatchListSemanticsUnSupported is what client-go asks for.
func (unstreamed) IsWatchListSemanticsUnSupported() bool { return true }

// request asks for all objects.
func (f *feed) request(options metav1.ListOptions) *rest.Request {
	return f.get().SpecificallyVersionedParams(&options, scheme.ParameterCodec, schema.GroupVersion{Version: "v1"})
}

// list reads a list, and gives up when nothing more of it comes.
func (f *feed) list(ctx context.Context, options metav1.ListOptions) (*internalversion.List, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(listTimeout, func() { cancel(context.DeadlineExceeded) })
	defer timer.Stop()
	all := &internalversion.List{}
	body, err := f.request(options).Stream(ctx)
	if err == nil {
		defer body.Close()
		err = f.read(body, &all.ListMeta, func(object runtime.Object) error {
			timer.Reset(listTimeout)
			f.came(1)
			_, err := f.packer.trim(object)
			all.Items = append(all.Items, object)
			return err
		})
	}
	if err != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		err = context.DeadlineExceeded
	}
	return all, err
}

// read decodes a list: what it says of itself goes into about, and its objects to take.
func (f *feed) read(body io.Reader, about *metav1.ListMeta, take func(runtime.Object) error) error {
	if _, ok := f.example.(*custom); ok {
		return newDecoder(body, f.kind, f.packer).list(about, take)
	}
	buffered := bufio.NewReader(body)
	if begin, err := buffered.Peek(len(protobufMagic)); err == nil && string(begin) == protobufMagic {
		return readProtobuf(buffered, f.example, about, take)
	}
	raw, err := io.ReadAll(buffered)
	if err != nil {
		return err
	}
	list, _, err := scheme.Codecs.UniversalDeserializer().Decode(raw, nil, nil)
	if err != nil {
		return err
	}
	said, err := meta.ListAccessor(list)
	if err != nil {
		return err
	}
	*about = metav1.ListMeta{ResourceVersion: said.GetResourceVersion(), Continue: said.GetContinue(), RemainingItemCount: said.GetRemainingItemCount()}
	return meta.EachListItemWithAlloc(list, take)
}

// watch opens a watch.
func (f *feed) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.Watch = true
	if _, ok := f.example.(*custom); !ok {
		return f.request(options).Watch(ctx)
	}
	body, err := f.request(options).Stream(ctx)
	if err != nil {
		return nil, err
	}
	reporter := apierrors.NewClientErrorReporter(http.StatusInternalServerError, http.MethodGet, "ClientWatchDecoding") // as client-go's own
	return watch.NewStreamWatcher(&events{body, json.NewDecoder(body), f}, reporter), nil
}

// events decodes a watch.
type events struct {
	body io.ReadCloser
	json *json.Decoder
	of   *feed
}

// Decode implements watch.Decoder.
func (e *events) Decode() (watch.EventType, runtime.Object, error) {
	var event metav1.WatchEvent
	if err := e.json.Decode(&event); err != nil {
		return "", nil, err
	}
	if event.Type == string(watch.Error) {
		status := &metav1.Status{}
		return watch.Error, status, json.Unmarshal(event.Object.Raw, status)
	}
	object, err := newDecoder(bytes.NewReader(event.Object.Raw), e.of.kind, e.of.packer).resource()
	return watch.EventType(event.Type), object, err
}

// Close implements watch.Decoder.
func (e *events) Close() { _ = e.body.Close() }

// protobufMagic begins what API servers write as Protobuf: a runtime.Unknown, whose second field is the object, here a list. The
// first field of a list is its ListMeta and the second is repeated, its items.
const protobufMagic = "k8s\x00"

// readProtobuf decodes a list, whose objects are like the example.
func readProtobuf(r *bufio.Reader, example runtime.Object, about *metav1.ListMeta, take func(runtime.Object) error) error {
	if _, err := r.Discard(len(protobufMagic)); err != nil {
		return err
	}
	var raw bytes.Buffer
	broken := io.ErrUnexpectedEOF // until the list itself has come
	err := eachField(r, func(field uint64, r io.Reader) error {
		if field != 2 {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		broken = nil
		return eachField(bufio.NewReader(r), func(field uint64, r io.Reader) error {
			raw.Reset()
			if _, err := raw.ReadFrom(r); err != nil {
				return err
			}
			switch field {
			case 1:
				return about.Unmarshal(raw.Bytes())
			case 2:
				object := example.DeepCopyObject()
				if err := object.(interface{ Unmarshal([]byte) error }).Unmarshal(raw.Bytes()); err != nil {
					return err
				}
				return take(object)
			}
			return nil
		})
	})
	return errors.Join(err, broken)
}

// eachField reads the fields of a Protobuf message all of whose fields are messages, texts or bytes; read has to read it all.
func eachField(r *bufio.Reader, read func(field uint64, r io.Reader) error) error {
	for {
		tag, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		size, err := binary.ReadUvarint(r)
		if err != nil {
			return fmt.Errorf("a field without a size: %w", err)
		}
		if tag&7 != 2 || int64(size) < 0 {
			return fmt.Errorf("a field of type %d and size %d is in a list", tag&7, size)
		}
		part := &io.LimitedReader{R: r, N: int64(size)}
		if err := read(tag>>3, part); err != nil {
			return err
		}
		if part.N != 0 {
			return io.ErrUnexpectedEOF
		}
	}
}
