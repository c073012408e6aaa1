package semantic

// NoRole is the role of an anchor that the query has no use for.
const NoRole = "-"

// The roles of anchors that are no filters. A filter's role is its field and comparison, as in "size>"; one that may hold in the place
// of the filter before it has [orRole] before that.
const (
	ClusterRole = "cluster"
	LimitRole   = "limit"
	eachRole    = "each"
	sortRole    = "sort"    // the order that the anchor is a word for
	descRole    = "sort-"   // by the field that it is a word for, the most first
	ascRole     = "sort+"   // the least first
	byRole      = "by"      // that field is grouped by
	thenRole    = "then"    // …, and broken down by
	ShowRole    = "show"    // …, shown
	overRole    = "over"    // …, what the aggregate is over
	sumRole     = "agg"     // the aggregate that it is a word for
	extremeRole = "extreme" // the greatest or least of what it is an order of
	HealthRole  = "health"  // the filter by health that it is a word for
	condRole    = "cond"    // the condition that it is a word for
	knownRole   = "has?"    // the field that it is a word for has a value
	unknownRole = "has!?"
	orRole      = "or "
	// alsoRole is of a further measure: an aggregate over what the first is over, how many are not healthy, or, with the name of an
	// aggregate behind it, the field that this one is over.
	alsoRole = "also"
	// isRole stands before the filter that the anchor is a word for.
	isRole = "is "
	// Behind a role of the word for a field, they say that its percentage is meant, or what it is a percentage of.
	inPercent  = "%"
	noPercent  = "#"
	percentKey = "_percent"
)

// The marks that are no pieces of a notation.
const (
	sumMark    = "agg="
	overMark   = "over="
	otherMark  = "other"  // the sentence takes several queries
	beyondMark = "beyond" // it asks for what no field holds
)
