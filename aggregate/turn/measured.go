package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// Measured is the result of a finished conversation, its Subject, from a source that reports results and no messages. It
// makes no [Conversation].
type Measured struct {
	Origin
	event.ConversationMeasured
}
