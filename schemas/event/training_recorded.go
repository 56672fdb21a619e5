package event

// TrainingRecorded is one agent's part in a training. The envelope's subject is the agent.
type TrainingRecorded struct {
	Course  string         `json:"course" doc:"name of the course"`
	Date    Date           `json:"date" doc:"local date on which it took place"`
	Minutes *int64         `json:"minutes,omitempty" doc:"how long, minutes"`
	Trainer string         `json:"trainer,omitempty" names:"person" doc:"who gave it"`
	Result  TrainingResult `json:"result" column:"outcome" enum:"attended,passed,failed,missed" doc:"attended is without a test; missed: should have been there"`
}

// TrainingResult says how a training went.
type TrainingResult string

// The results of a training.
const (
	TrainingAttended TrainingResult = "attended" // without a test
	TrainingPassed   TrainingResult = "passed"
	TrainingFailed   TrainingResult = "failed"
	TrainingMissed   TrainingResult = "missed" // should have been there
)

var _ = register[TrainingRecorded](Type{
	Name:    "training.recorded",
	Version: 1,
	Subject: "the agent",
	Doc:     "One agent's part in a training.",
	Examples: []string{
		`{"course":"customs","date":"2024-03-07","minutes":90,"trainer":"supervisor-2","result":"passed"}`,
		`{"course":"returns","date":"2024-03-08","result":"missed"}`,
	},
})
