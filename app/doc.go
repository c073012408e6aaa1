// Package app introduces the packages to one another: it reads the configuration, builds the parts, runs them and puts them
// away again. It is the only package that knows them all, and it decides nothing about language, storage or Slack.
//
// Constructors start nothing. [Server.Run] and [Console.Close] own what runs.
package app
