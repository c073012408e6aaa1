package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
)

// meter counts what happens at the Slack door. No label holds what a tenant chooses: not its id, not the name of a cluster, and
// of intents only the built-in ones.
type meter struct {
	registry *prometheus.Registry
	builtin  map[string]bool // intents

	envelopes *prometheus.CounterVec
	acks      prometheus.Histogram
	answers   *prometheus.HistogramVec
	held      prometheus.Counter
	recovered prometheus.Counter
	catchUps  *prometheus.CounterVec
	failures  *prometheus.CounterVec
}

// ownIntent stands for all intents that tenants have made.
const ownIntent = "own"

func newMeter(builtin []string) *meter {
	m := &meter{
		registry: prometheus.NewRegistry(), builtin: map[string]bool{"": true},
		envelopes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mulebot_envelopes_total",
			Help: "Envelopes that Slack sent, by type."}, []string{"type"}),
		acks: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mulebot_ack_seconds",
			Help: "From an envelope's arrival to its acknowledgement.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 12)}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mulebot_answer_seconds",
			Help:    "From a message's arrival to its answer, by intent and outcome. Fallbacks have the intent nlu_fallback or none.",
			Buckets: prometheus.ExponentialBuckets(0.002, 2, 14)}, []string{"intent", "outcome"}),
		held: prometheus.NewCounter(prometheus.CounterOpts{Name: "mulebot_held_total",
			Help: "Messages left unanswered because their workspace asks too much."}),
		recovered: prometheus.NewCounter(prometheus.CounterOpts{Name: "mulebot_recovered_total",
			Help: "Messages that did not come as events and were found in the history of Slack's channels."}),
		catchUps: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mulebot_catchups_total",
			Help: "Readings of a workspace's history for what may not have been heard, by outcome."}, []string{"outcome"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mulebot_slack_failures_total",
			Help: "Calls to Slack that failed, by method and how."}, []string{"method", "how"}),
	}
	for _, intent := range builtin {
		m.builtin[intent] = true
	}
	m.registry.MustRegister(m.envelopes, m.acks, m.answers, m.held, m.recovered, m.catchUps, m.failures,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what is asked for when the metrics are read.
func (m *meter) watch(statuses func() []bot.Status, clusters func() kube.States) {
	m.registry.MustRegister(&states{
		statuses: statuses, clusters: clusters,
		workspaces: prometheus.NewDesc("mulebot_workspaces", "Workspaces, by the state of their connection to Slack.", []string{"state"}, nil),
		troubled:   prometheus.NewDesc("mulebot_workspaces_troubled", "Workspaces whose messages cannot be taken or answered although they are connected.", nil, nil),
		waiting:    prometheus.NewDesc("mulebot_waiting", "Messages taken and not yet answered.", nil, nil),
		proven:     prometheus.NewDesc("mulebot_proven_seconds", "How long ago the connection that is worst off proved itself by a round trip.", nil, nil),
		kubernetes: prometheus.NewDesc("mulebot_clusters", "Clusters that are asked about, by state.", []string{"state"}, nil),
		contact:    prometheus.NewDesc("mulebot_cluster_contact_seconds", "How long ago the answering cluster was heard of that is worst off.", nil, nil),
	})
}

// Envelope implements bot.Meter.
func (m *meter) Envelope(kind string) {
	switch kind {
	case "events_api", "interactive", "slash_commands":
	default:
		kind = "other"
	}
	m.envelopes.WithLabelValues(kind).Inc()
}

// Acknowledged implements bot.Meter.
func (m *meter) Acknowledged(after time.Duration) { m.acks.Observe(after.Seconds()) }

// Answered implements bot.Meter.
func (m *meter) Answered(intent string, outcome models.Outcome, after time.Duration) {
	if !m.builtin[intent] {
		intent = ownIntent
	}
	m.answers.WithLabelValues(intent, string(outcome)).Observe(after.Seconds())
}

// Held implements bot.Meter.
func (m *meter) Held() { m.held.Inc() }

// Recovered implements bot.Meter.
func (m *meter) Recovered() { m.recovered.Inc() }

// CaughtUp implements bot.Meter.
func (m *meter) CaughtUp(whole bool) {
	outcome := "whole"
	if !whole {
		outcome = "failed"
	}
	m.catchUps.WithLabelValues(outcome).Inc()
}

// Failed implements bot.Meter.
func (m *meter) Failed(method string, how bot.Failure) {
	m.failures.WithLabelValues(method, string(how)).Inc()
}

// states tells how workspaces and clusters are.
type states struct {
	statuses func() []bot.Status
	clusters func() kube.States

	workspaces, troubled, waiting, proven, kubernetes, contact *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (s *states) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.workspaces, s.troubled, s.waiting, s.proven, s.kubernetes, s.contact} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (s *states) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	byState := map[bot.State]int{bot.Connecting: 0, bot.Connected: 0, bot.Retrying: 0, bot.Parked: 0, bot.Stopped: 0}
	troubled, waiting, longest := 0, 0, time.Duration(0)
	for _, status := range s.statuses() {
		byState[status.State]++
		waiting += status.Waiting
		if status.Trouble != "" {
			troubled++
		}
		if !status.Proven.IsZero() {
			longest = max(longest, time.Since(status.Proven))
		}
	}
	for state, n := range byState {
		gauge(s.workspaces, float64(n), string(state))
	}
	gauge(s.troubled, float64(troubled))
	gauge(s.waiting, float64(waiting))
	gauge(s.proven, longest.Seconds())
	clusters := s.clusters()
	gauge(s.kubernetes, float64(clusters.Connecting), "connecting")
	gauge(s.kubernetes, float64(clusters.Answering), "answering")
	gauge(s.kubernetes, float64(clusters.Silent), "silent")
	gauge(s.contact, clusters.Oldest.Seconds())
}
