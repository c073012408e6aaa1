// Package semantic reads queries out of utterances: it is a semantic parser, learnt from pairs of an utterance and the query that it
// means.
//
// How probable each piece of a query is, a linear model says, over words, pairs and triples of words, and what the
// recognisers of package nlp have found: names, amounts, times, words for health, engines, fields and orders.
//
//	act       what is to be done: list, count, describe, … ([Reading.Act])
//	subject   what it is about
//	marks     the pieces that no part of the sentence stands for by itself: "show=size" of "how big are they"
//	roles     what each anchor, a part of the sentence with a meaning of its own, is in the query: a filter of which field and with
//	          which comparison, the order, the number of rows, a field to show or to group by, or nothing
//
// So a name or an amount that no example has is understood like those of the examples, and no name is learnt by heart; see [Mentions]
// for those that are everyday words. The pieces are written as in [Notation], which is how the training data writes queries as well. In
// which pieces a query of the training data stands where in its utterance is not written there: the trainer aligns them (align.go), and
// what it cannot find in the sentence is a mark.
//
// The likeliest readings are kept (beam.go), and what each says is weighed as a whole (rank.go), by a ranker that is learnt from readings of
// sentences which the parser of each did not know (Collins and Koo, "Discriminative reranking for natural language parsing",
// Computational Linguistics 2005). What rules, another reader, make of a sentence is one more candidate (ruling.go).
//
// The approach is that of Wang, Berant and Liang, "Building a semantic parser overnight", ACL 2015, with an alignment in the place of
// a grammar.
package semantic
