package nlp

import (
	"math"
	"slices"
)

// heldOut is an example as scored by models that were not trained on it.
type heldOut struct {
	margins []float32 // of the linear model
	logits  []float32 // of the network; nil if there is none
	class   int
}

// calibration turns scores into probabilities and decides when to abstain.
type calibration struct {
	margin, logit float64 // softmax(margin · margins + logit · logits), and then, of the likeliest class only,
	slope, shift  float64 // sigmoid(slope · certainty + shift)
	threshold     float64 // abstain below
}

// probabilities returns the probability of each class, in p's memory. What is missing to 1 is that of none of them.
func (c calibration) probabilities(p []float64, margins, logits []float32) []float64 {
	p, certainty := c.blend(p, margins, logits)
	if len(p) > 1 && c.slope > 0 {
		temper(p, sigmoid(c.slope*certainty+c.shift))
	}
	return p
}

// blend returns the probability of each class as the scores have it, in p's memory, and the certainty.
//
// The certainty says how far probabilities are from being spread over many classes: the log-odds of exp(-entropy), which
// would be those of the likeliest class if all of the probability were shared by as many equals. They are softened first, to
// the power of a half, so that what the unlikely classes have together counts. It tells what is out of scope better than the
// likeliest class's probability does: on CLINC150's validation split the area under the ROC curve is 0.977 instead of 0.960.
func (c calibration) blend(p []float64, margins, logits []float32) (_ []float64, certainty float64) {
	p = p[:0]
	for i := range margins {
		p = append(p, c.score(margins, logits, i))
	}
	top, sum, soft, weighted := p[argmax(p)], 0.0, 0.0, 0.0
	for i, s := range p {
		half := (s - top) / 2
		root := math.Exp(half)
		p[i] = root * root
		sum += p[i]
		soft += root
		weighted += root * half
	}
	for i := range p {
		p[i] /= sum
	}
	entropy := math.Log(soft) - weighted/soft
	return p, -math.Log(math.Expm1(max(entropy, 1e-9)))
}

// score blends the scores of one class.
func (c calibration) score(margins, logits []float32, class int) float64 {
	score := c.margin * float64(margins[class])
	if logits != nil {
		score += c.logit * float64(logits[class])
	}
	return score
}

// temper gives the likeliest class the probability confidence. The others share the rest, but none of them becomes
// likelier than it.
func temper(p []float64, confidence float64) {
	top := argmax(p)
	before := min(p[top], 1-1e-9)
	others := min((1-confidence)/(1-before), confidence/before)
	for i := range p {
		p[i] *= others
	}
	p[top] = confidence
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// calibrate fits the weights of the scores by the likelihood of held-out examples, then the probability, and then the
// threshold.
func calibrate(held []heldOut, fallback int) calibration {
	c := calibration{margin: 3}
	if len(held) == 0 {
		return c
	}
	if held[0].logits == nil {
		c.margin = minimise(func(v float64) float64 { return calibration{margin: v}.loss(held) }, 0.5, 20)
	} else {
		c.margin, c.logit = 1, 1
		for range 3 { // one after the other: the valley is convex
			c.logit = minimise(func(v float64) float64 { return calibration{margin: c.margin, logit: v}.loss(held) }, 0, 4)
			c.margin = minimise(func(v float64) float64 { return calibration{margin: v, logit: c.logit}.loss(held) }, 0, 10)
		}
	}
	c.slope, c.shift = c.fitPlatt(held)
	c.threshold = c.fitThreshold(held, fallback)
	return c
}

// loss returns how unlikely the held-out examples' classes are: the sum of their negative log-likelihoods.
func (c calibration) loss(held []heldOut) float64 {
	losses := make([]float64, len(held)) // added up in order, so that the sum is the same on any number of processors
	parallel(len(held), func(i int) { losses[i] = -math.Log(max(c.likelihood(&held[i]), 1e-12)) })
	sum := 0.0
	for _, loss := range losses {
		sum += loss
	}
	return sum
}

// likelihood returns the probability that the scores give an example's class: what blend does.
func (c calibration) likelihood(h *heldOut) float64 {
	top := math.Inf(-1)
	for i := range h.margins {
		top = max(top, c.score(h.margins, h.logits, i))
	}
	var sum, own float64
	for i := range h.margins {
		root := math.Exp((c.score(h.margins, h.logits, i) - top) / 2)
		sum += root * root
		if i == h.class {
			own = root * root
		}
	}
	return own / sum
}

// fitPlatt returns the slope and shift that make of the certainty the probability that the likeliest class is right (Platt
// scaling), by Newton's method on the logistic loss. The targets are drawn a little towards the middle, as Platt has it.
func (c calibration) fitPlatt(held []heldOut) (slope, shift float64) {
	xs, right := make([]float64, len(held)), make([]bool, len(held))
	parallel(len(held), func(i int) {
		var p []float64
		p, xs[i] = c.blend(nil, held[i].margins, held[i].logits)
		right[i] = argmax(p) == held[i].class
	})
	rights := 0.0
	for _, is := range right {
		if is {
			rights++
		}
	}
	high, low := (rights+1)/(rights+2), 1/(float64(len(held))-rights+2)
	loss := func(slope, shift float64) float64 {
		sum := 1e-3 * slope * slope
		for i, x := range xs {
			p, target := min(max(sigmoid(slope*x+shift), 1e-12), 1-1e-12), low
			if right[i] {
				target = high
			}
			sum -= target*math.Log(p) + (1-target)*math.Log(1-p)
		}
		return sum
	}
	slope = 1
	for range 30 {
		g0, g1 := 2e-3*slope, 0.0
		h00, h01, h11 := 2e-3, 0.0, 1e-3
		for i, x := range xs {
			p, target := sigmoid(slope*x+shift), low
			if right[i] {
				target = high
			}
			d, w := p-target, p*(1-p)
			g0, g1 = g0+d*x, g1+d
			h00, h01, h11 = h00+w*x*x, h01+w*x, h11+w
		}
		det := h00*h11 - h01*h01
		if det <= 0 {
			break
		}
		d0, d1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		before := loss(slope, shift)
		for range 20 { // a step that overshoots is halved
			if loss(slope-d0, shift-d1) <= before {
				break
			}
			d0, d1 = d0/2, d1/2
		}
		slope, shift = slope-d0, shift-d1
	}
	if !(slope > 0.05) || math.IsInf(slope, 0) || math.IsNaN(shift) || math.IsInf(shift, 0) {
		return 1, 0 // too little to learn from
	}
	return slope, shift
}

// minimise finds the minimum of a function with one valley by golden section.
func minimise(f func(float64) float64, low, high float64) float64 {
	const ratio = 0.6180339887498949
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := f(a), f(b)
	for range 24 {
		if fa < fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = f(a)
		} else {
			low, a, fa = a, b, fb
			b = low + ratio*(high-low)
			fb = f(b)
		}
	}
	return (low + high) / 2
}

// wrongCost is how many right answers declined weigh as much as one wrong answer given.
const wrongCost = 2

// fitThreshold returns the threshold that costs least on held-out examples.
func (c calibration) fitThreshold(held []heldOut, fallback int) float64 {
	type answer struct {
		confidence float64
		right      bool
	}
	var answers []answer
	for _, h := range held {
		p := c.probabilities(nil, h.margins, h.logits)
		best := argmax(p)
		if best != fallback {
			answers = append(answers, answer{p[best], best == h.class})
		}
	}
	slices.SortFunc(answers, func(a, b answer) int {
		switch {
		case a.confidence < b.confidence:
			return -1
		case a.confidence > b.confidence:
			return 1
		}
		return 0
	})
	// Raising the threshold past an answer saves wrongCost if it is wrong and costs 1 if it is right. Of thresholds that are
	// about as good the lowest is taken, since a question back is no answer.
	saved := make([]float64, len(answers)+1)
	for i, a := range answers {
		saved[i+1] = saved[i] - 1
		if !a.right {
			saved[i+1] = saved[i] + wrongCost
		}
	}
	enough := slices.Max(saved) - 0.002*float64(len(answers))
	for i, a := range answers {
		if saved[i] >= enough {
			return a.confidence
		}
	}
	return 0
}

// argmax returns the index of the greatest score, the first of equals.
func argmax[T float32 | float64](scores []T) int {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return best
}

func (c calibration) encode(e *encoder) {
	for _, v := range []float64{c.margin, c.logit, c.slope, c.shift, c.threshold} {
		e.float(v)
	}
}

func decodeCalibration(d *decoder) calibration {
	var c calibration
	for _, v := range []*float64{&c.margin, &c.logit, &c.slope, &c.shift, &c.threshold} {
		if *v = d.float(); math.IsNaN(*v) || math.IsInf(*v, 0) {
			d.fail()
		}
	}
	return c
}
