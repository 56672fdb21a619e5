package kafka

// FetchAnswer and DecodeFetch let the tests reach the decoder of Fetch answers.
type FetchAnswer = fetchAnswer

// FetchCorrelation is the correlation id an answer has to carry.
const FetchCorrelation = correlation

// DecodeFetch is decodeFetch without its list to append to.
func DecodeFetch(body []byte, p Partition) (FetchAnswer, error) { return decodeFetch(body, p, nil) }

// Records returns the record set within an answer.
func (a fetchAnswer) Records() []byte { return a.records }

// Aborted returns the aborted transactions of an answer.
func (a fetchAnswer) Aborted() []AbortedTransaction { return a.aborted }
