package slacksim

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
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
	if s.obstructed(w, r, "upload") {
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

// The paths of files that people upload, and of the page that Slack sends those to who may not read them.
const (
	filesPath  = "/files-pri/"
	signInPath = "/signin"
)

// Upload uploads a file as a person does, into no channel yet.
func (w *Workspace) Upload(name string, content []byte) File {
	id := w.sim.id("F")
	at := filesPath + w.id + "-" + id + "/download/" + url.PathEscape(name)
	kind, _, _ := mime.ParseMediaType(mime.TypeByExtension(path.Ext(name)))
	f := File{ID: id, Name: name, Title: name, Type: kind, URL: "http://" + w.sim.host() + at, Content: content}
	u := &upload{ws: w, file: f, length: len(content), received: true}
	w.sim.mu.Lock()
	defer w.sim.mu.Unlock()
	w.sim.uploads[id], w.sim.uploads[at] = u, u
	return f
}

// serveFile gives a file to the bot of its workspace, if it has the scope. Anybody else is sent to sign in
// (https://docs.slack.dev/reference/objects/file-object#authentication).
func (s *Sim) serveFile(w http.ResponseWriter, r *http.Request) {
	if s.obstructed(w, r, "file") {
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	cred, ok := s.credential(token)
	s.mu.Lock()
	u := s.uploads[r.URL.EscapedPath()]
	s.mu.Unlock()
	if u == nil || !ok || cred.revoked != "" || cred.workspace != u.ws || !u.ws.scope("files:read") {
		http.Redirect(w, r, signInPath+"?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(u.file.Content)
}

func serveSignIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html><title>Sign in</title>")
}
