package diagnosis

import (
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Thing is what is asked about.
type Thing struct {
	Subject   models.Subject // volume, claim, pod, pool, node, snapshot, blockdevice or storageclass
	Namespace string
	Name      string
	Node      string  // tells pools of one name apart; "" for any
	Asked     Concern // what it is asked about; "" for whatever is wrong with it
}

// Concern is what of a thing is asked about where that need not be a fault.
type Concern string

// The concerns.
const (
	Resize   Concern = "resize"   // that it does not grow
	Space    Concern = "space"    // that it is full
	Deletion Concern = "deletion" // that it does not go away
)

// Certainty says how far the evidence carries a cause.
type Certainty string

// The certainties, from the strongest.
const (
	Certain  Certainty = "certain"  // the objects prove it
	Likely   Certainty = "likely"   // it fits, and nothing speaks against it
	NotKnown Certainty = "unknown"  // the evidence does not say
	NoFault  Certainty = "no fault" // nothing is wrong
)

// Diagnosis is why a thing is as it is.
type Diagnosis struct {
	Cause     string // a sentence: how the thing is, and because of what
	Because   string // of Cause what stands behind "because"; "" where nothing is known to be the cause
	Certainty Certainty
	Symptom   string    // the name of the symptom that it shows; "" for none
	Rule      string    // the name of the rule that found the cause; "" if none did
	Chain     []Link    // from the symptom to the cause
	Endangers []string  // what comes next, or what depends on it
	Beside    []string  // what else is wrong with the thing
	Do        []Command // what to do next, in its order
	Missing   []string  // evidence that is not there
}

// Link is an object of the chain and what it says.
type Link struct {
	Kind      string // as Kubernetes writes it
	Namespace string
	Name      string
	Field     string // the path of the field that says so
	Says      string
	Since     time.Time     // zero if it does not tell
	Health    models.Health // "" if it has none
}

// Command is something to do. Run is a command to copy, with all names filled in; it may be empty where no command does it.
type Command struct {
	Why string
	Run string
}

// Why finds out why a thing is as it is. It reports false if the inventory has no such thing.
func Why(inv *models.Inventory, about Thing) (Diagnosis, bool) {
	e := &evidence{inv: inv, asked: about.Asked}
	about = e.growing(about)
	if !e.find(about) {
		return Diagnosis{}, false
	}
	symptoms := symptomsOf(about.Subject)
	switch {
	case e.forbidden != nil:
		symptoms = refusedSymptoms()
	case e.left != nil:
		symptoms = []symptom{{name: "being deleted", shows: beingDeleted, rules: deletionRules()}}
	}
	d := e.diagnose(symptoms)
	if e.volume != nil { // it is hit already
		d.Endangers = slices.DeleteFunc(d.Endangers, func(s string) bool { return strings.HasSuffix(s, ": "+phrase.Code(e.volume.KnownAs())) })
	}
	d.Chain = once(d.Chain, sameLink)
	d.Endangers = once(d.Endangers, sameText)
	d.Beside = once(d.Beside, sameText)
	d.Do = once(d.Do, sameCommand)
	d.Missing = once(append(d.Missing, e.gaps()...), sameText)
	return d, true
}

// Explains reports whether it can be asked why things of a subject are as they are.
func Explains(s models.Subject) bool { return symptomsOf(s) != nil }

// Root returns the object that a diagnosis ends with: what things have in common that are unwell for the same reason.
func (d *Diagnosis) Root() Link {
	if len(d.Chain) == 0 {
		return Link{}
	}
	return d.Chain[len(d.Chain)-1]
}

// symptomsOf returns what may be wrong with a kind of thing, the worst first.
func symptomsOf(s models.Subject) []symptom {
	switch s {
	case models.Claims:
		return append(claimSymptoms(), volumeSymptoms()...)
	case models.Volumes:
		return volumeSymptoms()
	case models.Pods:
		return podSymptoms()
	case models.Pools:
		return poolSymptoms()
	case models.Nodes:
		return nodeSymptoms()
	case models.Snapshots:
		return snapshotSymptoms()
	case models.BlockDevices:
		return deviceSymptoms()
	case models.StorageClasses:
		return classSymptoms()
	}
	return nil
}
