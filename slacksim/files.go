package slacksim

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
)

// upload is a file on its way: announced, then uploaded, then shared.
type upload struct {
	ws       *Workspace
	file     File
	length   int
	received bool
}

// getUploadURL is the first of the three steps of an upload
// (https://docs.slack.dev/messaging/working-with-files#upload).
func getUploadURL(c *call) (object, error) {
	if err := c.args.required("filename", "length"); err != nil {
		return nil, err
	}
	length := c.args.number("length", 0)
	if length <= 0 {
		return nil, invalid("[ERROR] must be greater than 0 [json-pointer:/length]")
	}
	name := c.args.str("filename")
	id := c.sim.id("F")
	key := "/upload/v1/" + c.sim.secret()
	kind, _, _ := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name)))
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	u := &upload{ws: c.ws, file: File{ID: id, Name: name, Title: name, Type: kind}, length: length}
	c.sim.uploads[key] = u
	c.sim.uploads[id] = u
	return object{"upload_url": "http://" + c.sim.host() + key, "file_id": id}, nil
}

// serveUpload is the second step: the content, as it is or as the first file of a form.
func (s *Sim) serveUpload(w http.ResponseWriter, r *http.Request) {
	const name = "upload"
	if !pause(r, s.faults.delay(name)) {
		return
	}
	if f, ok := s.faults.take(name, "", false); ok {
		f.strike(w, r)
		return
	}
	content, err := readUpload(r)
	s.mu.Lock()
	u := s.uploads[r.URL.Path]
	ok := err == nil && u != nil && len(content) == u.length
	if ok {
		u.file.Content, u.received = content, true
	}
	s.mu.Unlock()
	if !ok {
		http.Error(w, "400 - the upload is unknown, or not as long as announced", http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(content)))
}

func readUpload(r *http.Request) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(r.Body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if p.FileName() != "" {
			return io.ReadAll(p)
		}
	}
}

// completeUpload is the third step: it shares the files in a channel, if one is given.
func completeUpload(c *call) (object, error) {
	var wanted []struct{ ID, Title string }
	if json.Unmarshal(c.args.structure("files"), &wanted) != nil || len(wanted) == 0 {
		return nil, invalid("[ERROR] missing required field: files")
	}
	var files []File
	var shown []object
	c.sim.mu.Lock()
	for _, f := range wanted {
		u := c.sim.uploads[f.ID]
		if u == nil || u.ws != c.ws || !u.received {
			c.sim.mu.Unlock()
			return nil, failure("file_not_found")
		}
		if f.Title != "" {
			u.file.Title = f.Title
		}
		files = append(files, u.file)
		shown = append(shown, u.file.wire())
	}
	c.sim.mu.Unlock()
	if id := c.args.str("channel_id"); id != "" {
		ch, err := c.place(id)
		if err != nil {
			return nil, err
		}
		m := &Message{
			Channel: ch.id, Thread: c.ws.threadRoot(ch, c.args.str("thread_ts")), User: c.ws.bot, BotID: c.ws.botID,
			Subtype: "file_share", Text: c.args.str("initial_comment"), Files: files,
		}
		c.ws.posted(m)
	}
	return object{"files": shown}, nil
}
