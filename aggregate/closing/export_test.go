package closing

// What stands between the events and their reader.
var (
	Frozen  = frozen
	Decided = decided
)

// BatchSubjects is how many merged conversations are read at once.
const BatchSubjects = batchSubjects
