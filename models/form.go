package models

// Form is what a reply asks somebody to fill in. What is filled in comes back as a message of kind [Submitted], whose action
// is Action with the values of the fields.
type Form struct {
	Action Action // what a submission does; it may carry values of its own, which the form does not show
	Title  string // at most 24 characters
	Submit string // the label of the button that submits; at most 24 characters
	Fields []Field
}

// Field is one thing to fill in.
type Field struct {
	Key      string // names the value in Action.Values
	Label    string
	Hint     string // a sentence below the field; optional
	Kind     FieldKind
	Options  []Option // of a choice or of choices
	Initial  string   // filled in already; of a choice, the value of an option; of choices, their values, one a line
	Optional bool
}

// FieldKind says how a field is filled in.
type FieldKind string

// The kinds of fields.
const (
	TextField      FieldKind = "text"      // one line
	MultilineField FieldKind = "multiline" // at most 3,000 characters
	FileField      FieldKind = "file"      // the value is the file's content, its name that of the key with [FileName] behind it
	ChoiceField    FieldKind = "choice"    // the value is that of the option
	ChoicesField   FieldKind = "choices"   // the value is those of the options, one a line
	PeopleField    FieldKind = "people"    // the value is the ids of users, one a line
)

// FileName is what is appended to the key of a file field for the key of the file's name.
const FileName = ".name"

// Option is one of the things to choose from.
type Option struct {
	Label string
	Value string
}

// Attachment is a file that came with a message: where the door fetches it, and the key that its content gets in the values.
type Attachment struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	URL  string `json:"url"`
	Size int    `json:"size"` // in bytes, as announced
}
