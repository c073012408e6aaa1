package intents

import (
	"context"

	"github.com/mulebot/mulebot/models"
)

// evidence is the handler of "why": what the cluster says of the thing, with its events, and no cause that it does not
// name.
func evidence(ctx context.Context, req Request) (models.Reply, error) {
	reply, err := Answer(ctx, req)
	if err == nil && req.Query.Name != "" && !reply.AskedBack {
		reply.Notes = append(reply.Notes, "That is what the cluster says of it. I draw no conclusion about the cause that the objects and events above do not state.")
	}
	return reply, err
}
