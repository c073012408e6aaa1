// Package answer turns a query over inventories into a reply. It knows neither language nor Slack, and everything in it is a pure
// function: inventories are values, and their own time is the clock, so that the same [Request] always gets the same answer,
// offline and live alike.
//
// There is a function for each kind of answer: [To] for what a query asks by itself (a list, a count, a sum, groups, the
// description of one thing), [Overview] for "is everything all right?", [Capacity] for space and for where a volume would fit,
// [Impact] for what a drain or a loss would do (package whatif knows), [Why] for causes (package diagnosis knows). [Glance] is an
// overview in a line.
//
// The terms: a subject's things are records; a [Schema] says which fields they have. There is one table of fields for each subject
// (fields_*.go), and that table alone drives filters, order, groups, columns, sums and JSON: a new field is a row in it. Whoever
// makes queries asks [Fields] what a subject has. [Evaluate] finds the records and keeps them in a [Result], which also says in words
// what was asked: an answer begins with how the question was understood.
//
// An answer claims no more than is known. What a filter could not judge is left out and counted; what could not be read, clusters
// that gave nothing and clusters that do not answer now stand in the notes.
package answer
