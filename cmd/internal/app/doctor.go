package app

// DecisionSettings are the settings that the topic of the decisions must have, by Kafka's names.
func DecisionSettings() map[string]string { return decisionSettings() }

// Settled reports whether a setting of that topic is as it must be, or better.
func Settled(name, actual, want string) bool { return settled(name, actual, want) }
