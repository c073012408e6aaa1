// Package actions reads what custom intents do: the file [File] that stands beside their examples, and the templates that its texts are.
// It performs nothing and knows no conversation; what there is of a sentence, a cluster or a workspace is given to it.
//
//	version: "1"
//	actions:
//	  - intent: oncall
//	    does: say who is on call
//	    slots:
//	      - {name: service, required: true, ask: For which service?}
//	    http:
//	      url: https://oncall.example.com/v1/services/{{.slots.service}}
//	      reply: "{{.result.person.name}} is on call for {{.slots.service}}."
//
// An [Action] belongs to one intent, which the examples teach. It has slots, which whoever performs it fills from the sentence or asks
// for, a role that it wants of the asker, and does exactly one thing:
//
//	reply       says a text ([Pattern])
//	query       answers a query over the inventory, of fields that package answer has ([QueryPlan])
//	kubernetes  lists objects of live clusters, never secrets ([ObjectsPlan])
//	http        makes a request to a host that the operator allows ([CallPlan], [AllowedHost])
//	alias       stands for a built-in intent, parts of whose query are decided ([AliasPlan])
//
// Package intents reads the file with [Read] when a set of custom intents is examined or loaded, and performs its actions: a plan makes,
// of the values of the slots, what is to be asked, and the reply words what came back. Each fault is told with its line, its column and
// what to do, since those who write the file see nothing else of MuleBot.
//
// Who writes it is not trusted. A template gets data and nothing else: the slots, and in a reply also what came back ("result" of a
// request, "rows" and "count" of objects). No function of it reads files, variables or the network, and time, steps and output are
// bounded. The host of a URL stands in the file as it is, before any template, and no slot can add to the path or the query behind it.
package actions
