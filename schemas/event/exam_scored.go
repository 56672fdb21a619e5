package event

// ExamScored is the result of an exam. The envelope's subject is the agent.
type ExamScored struct {
	Period          Month  `json:"period" doc:"the month that it counts for"`
	Exam            string `json:"exam" doc:"name of the exam"`
	ScoreHundredths int64  `json:"score_hundredths" doc:"what was reached, hundredths of a point; 0 is a score"`
	OutOfHundredths int64  `json:"out_of_hundredths" min:"1" doc:"what could be reached, hundredths of a point"`
	Examiner        string `json:"examiner,omitempty" names:"person" doc:"who examined"`
}

var _ = register[ExamScored](Type{
	Name:    "exam.scored",
	Version: 1,
	Subject: "the agent",
	Doc:     "The result of an exam.",
	Examples: []string{
		`{"period":"2024-03","exam":"business","score_hundredths":8650,"out_of_hundredths":10000,"examiner":"supervisor-2"}`,
		`{"period":"2024-03","exam":"products","score_hundredths":0,"out_of_hundredths":10000}`,
	},
})
