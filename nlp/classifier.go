package nlp

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// classifier gives the features of an utterance a probability for each class.
type classifier struct {
	vocabulary  *vocabulary
	linear      *linear
	network     *network     // nil: the linear model decides alone
	vectors     *wordVectors // nil: the network does without
	calibration calibration
}

// manyExamples is the number of examples from which features that occur once are dropped, margins count for less, and one
// held-out part says enough to calibrate by.
const manyExamples = 4000

// folds is how many parts the examples are dealt out over, to be held out in turn.
const folds = 5

// The size of networks, and how long they are trained: fewer examples are looked at more often.
const (
	hiddenUnits = 256
	members     = 2 // perceptrons that a network is made of
	fewEpochs   = 15
	mostEpochs  = 40
	looks       = 60_000 // at examples, between these bounds
	mostLooks   = 750_000
	mostClasses = 1000 // of a network; its training takes time with each of them at every example
)

// fitClassifier trains a classifier on featurised examples, whose classes are numbers below count. Fallback is the class of
// what is out of scope; -1 if there is none. Names are the features of the classes' names, which say something of them too.
func fitClassifier(features [][blocks][]uint64, classes []int, count, fallback int, names [][blocks][]uint64, options Options) *classifier {
	minimum, rounds, cost := 1, folds, 1.0
	if len(classes) >= manyExamples {
		minimum, rounds, cost = 2, 1, 0.5
	}
	c := &classifier{}
	linearOnly := options.LinearOnly || count > mostClasses
	if !linearOnly && !options.NoVectors {
		c.vectors = builtinVectors()
	}
	ys := slices.Clone(classes)
	for class := range names {
		ys = append(ys, class)
	}
	features = slices.Concat(features, names)
	var twins []int32
	c.vocabulary, twins = buildVocabulary(features, minimum)
	t := trainer{xs: make([]sample, len(ys)), ys: ys, vectors: make([]vector, len(ys)),
		twins: twins, classes: count, cost: cost, seed: options.Seed, linearOnly: linearOnly}
	if c.vectors != nil {
		t.meaning = len(c.vectors.steps)
	}
	parallel(len(features), func(i int) {
		t.vectors[i] = c.vocabulary.vector(features[i])
		t.xs[i] = t.vectors[i].sample()
		if c.vectors != nil {
			t.xs[i].dense = c.vectors.meaning(features[i][blockMeaning])
		}
	})

	fold := assignFolds(classes, count, options.Seed)
	sets := make([]set, 1+rounds) // the first is all
	for i := range t.xs {
		for s := range sets {
			if s == 0 || i >= len(fold) || fold[i] != s-1 {
				sets[s] = append(sets[s], int32(i))
			}
		}
	}
	linears, networks := t.fit(sets)
	c.linear = linears[0]
	if networks != nil {
		c.network = networks[0]
	}
	c.calibration = calibrate(t.holdOut(fold, linears[1:], networks[min(1, len(networks)):]), fallback)
	if options.Threshold > 0 {
		c.calibration.threshold = options.Threshold
	}
	c.arrange()
	return c
}

// arrange numbers the features anew, the commonest first: what most utterances need lies together in memory then, and is
// found in the nearest caches. It does not show in a file.
func (c *classifier) arrange() {
	order := c.linear.order()
	numbers := make([]int32, len(order))
	for number, id := range order {
		numbers[id] = int32(number)
	}
	c.vocabulary.renumber(numbers)
	c.linear.arrange(order)
	if c.network != nil {
		c.network.arrange(order)
	}
}

// set is a set of examples, by their index.
type set []int32

// trainer trains models on sets of the same examples.
type trainer struct {
	xs         []sample
	ys         []int
	vectors    []vector
	twins      []int32
	classes    int
	meaning    int
	cost       float64
	seed       uint64
	linearOnly bool
}

// holdOut scores the examples of each fold by the models that were not trained on it, fold after fold.
func (t *trainer) holdOut(fold []int, linears []*linear, networks []*network) []heldOut {
	var order []int
	for f := range linears {
		for i := range fold {
			if fold[i] == f {
				order = append(order, i)
			}
		}
	}
	held := make([]heldOut, len(order))
	parallel(len(held), func(at int) {
		i := order[at]
		held[at] = heldOut{margins: linears[fold[i]].score(t.vectors[i]), class: t.ys[i]}
		if len(networks) > 0 {
			held[at].logits = networks[fold[i]].score(t.vectors[i], t.xs[i].dense)
		}
	})
	return held
}

func (t *trainer) pick(s set) (xs []sample, ys []int) {
	for _, i := range s {
		xs, ys = append(xs, t.xs[i]), append(ys, t.ys[i])
	}
	return xs, ys
}

// fit trains a linear model and a network on each set. The networks of the sets behind the first, which only serve to
// calibrate, consist of one perceptron.
func (t *trainer) fit(sets []set) ([]*linear, []*network) {
	linears := trainLinear(t.xs, t.ys, sets, linearOptions{twins: t.twins, classes: t.classes, cost: t.cost, seed: t.seed})
	if t.linearOnly {
		return linears, nil
	}
	perceptrons := make([]*perceptron, len(sets)-1+members)
	parallel(len(perceptrons), func(i int) {
		xs, ys := t.pick(sets[max(0, i-members+1)])
		perceptrons[i] = trainPerceptron(xs, ys, perceptronOptions{
			features: len(t.twins), meaning: t.meaning, classes: t.classes, hidden: hiddenUnits,
			epochs: epochs(len(xs)), seed: t.seed + uint64(i)<<32,
		})
	})
	networks := []*network{join(perceptrons[:members])}
	for _, p := range perceptrons[members:] {
		networks = append(networks, join([]*perceptron{p}))
	}
	return linears, networks
}

// epochs is how often a perceptron looks at each of so many examples.
func epochs(examples int) int {
	if examples*fewEpochs > mostLooks {
		return max(mostLooks/examples, 2)
	}
	return min(max(looks/max(examples, 1), fewEpochs), mostEpochs)
}

// parallel calls work with the numbers below n, on all processors.
func parallel(n int, work func(int)) {
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	wg.Wait()
}

// probabilities returns the probability of each class, and whether the utterance has anything in it that training saw. The next
// use of the room overwrites what it returned.
func (c *classifier) probabilities(r *room, features [blocks][]uint64) (p []float64, known bool) {
	x := c.vocabulary.vectorIn(r, features)
	for _, ids := range x.ids {
		known = known || len(ids) > 0
	}
	margins := c.linear.scoreIn(r, x)
	var logits []float32
	if c.network != nil {
		var meaning []float32
		if c.vectors != nil {
			meaning = c.vectors.meaningIn(r, features[blockMeaning])
		}
		logits = c.network.scoreIn(r, x, meaning)
	}
	r.p = c.calibration.probabilities(r.p, margins, logits)
	return r.p, known
}

// The parts of a classifier that are optional, as its file tells them.
const (
	hasNetwork = 1 << iota
	hasVectors
)

func (c *classifier) encode(e *encoder) {
	has := uint64(0)
	if c.network != nil {
		has |= hasNetwork
	}
	if c.vectors != nil {
		has |= hasVectors
	}
	e.uint(has)
	c.calibration.encode(e)
	order := c.vocabulary.encode(e)
	c.linear.encode(e, order)
	if c.vectors != nil {
		e.uint(uint64(c.vectors.sum))
	}
	if c.network != nil {
		c.network.encode(e, order)
	}
}

// errOtherVectors is why a model that another version of the package trained may not be usable.
var errOtherVectors = errors.New("the model was trained with other word vectors than this version has; train it again")

// decodeClassifier reads a classifier with so many classes.
func decodeClassifier(d *decoder, classes int) *classifier {
	has := d.uint()
	c := &classifier{calibration: decodeCalibration(d), vocabulary: decodeVocabulary(d)}
	c.linear = decodeLinear(d, c.vocabulary.size, classes)
	meaning := 0
	if has&hasVectors != 0 {
		c.vectors = builtinVectors()
		meaning = len(c.vectors.steps)
		if sum := d.uint(); d.err == nil && sum != uint64(c.vectors.sum) {
			d.fail()
			d.err = errOtherVectors
		}
	}
	if has&hasNetwork != 0 {
		c.network = decodeNetwork(d, c.vocabulary.size, meaning, classes)
	}
	if d.err == nil {
		c.arrange()
	}
	return c
}

// assignFolds deals the examples of each class out over folds, in a random order.
func assignFolds(classes []int, count int, seed uint64) []int {
	byClass := make([][]int, count)
	for i, c := range classes {
		byClass[c] = append(byClass[c], i)
	}
	rnd := rand.New(rand.NewPCG(seed, 1<<32))
	fold := make([]int, len(classes))
	next := 0
	for _, members := range byClass {
		rnd.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		for _, i := range members {
			fold[i] = next % folds
			next++
		}
	}
	return fold
}
