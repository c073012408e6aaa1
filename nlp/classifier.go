package nlp

import "math/rand/v2"

// classifier gives the features of an utterance a probability for each class.
type classifier struct {
	vocabulary  *vocabulary
	linear      *linear
	calibration calibration
}

// manyExamples is the number of examples from which features that occur once are dropped, margins count for less, and one
// held-out part says enough to calibrate by.
const manyExamples = 4000

// folds is how many parts the examples are dealt out over, to be held out in turn.
const folds = 5

// fitClassifier trains a classifier on featurised examples, whose classes are numbers below count. Fallback is the class of
// what is out of scope; -1 if there is none.
func fitClassifier(features [][blocks][]uint64, classes []int, count, fallback int, options Options) *classifier {
	minimum, rounds := 1, folds
	o := linearOptions{classes: count, cost: 1, seed: options.Seed}
	if len(classes) >= manyExamples {
		minimum, rounds, o.cost = 2, 1, 0.5
	}
	c := &classifier{vocabulary: buildVocabulary(features, minimum)}
	o.features = c.vocabulary.size
	xs := make([]vector, len(features))
	for i, f := range features {
		xs[i] = c.vocabulary.vector(f)
	}
	c.linear = trainLinear(xs, classes, o)

	fold := assignFolds(classes, count, options.Seed)
	var held []heldOut
	for f := range rounds {
		var restX []vector
		var restY []int
		for i := range xs {
			if fold[i] != f {
				restX, restY = append(restX, xs[i]), append(restY, classes[i])
			}
		}
		rest := trainLinear(restX, restY, o)
		for i := range xs {
			if fold[i] == f {
				held = append(held, heldOut{rest.score(xs[i]), classes[i]})
			}
		}
	}
	c.calibration = calibrate(held, fallback)
	if options.Threshold > 0 {
		c.calibration.threshold = options.Threshold
	}
	return c
}

// probabilities returns the probability of each class, and whether the utterance has anything in it that training saw.
func (c *classifier) probabilities(features [blocks][]uint64) (p []float64, known bool) {
	x := c.vocabulary.vector(features)
	for _, ids := range x.ids {
		known = known || len(ids) > 0
	}
	return c.calibration.probabilities(c.linear.score(x)), known
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
