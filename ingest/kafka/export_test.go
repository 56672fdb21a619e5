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

// EncodeMetadata is the request for the id of a topic.
func EncodeMetadata(topic, clientID string) []byte { return encodeMetadata(topic, clientID, false) }

// DecodeMetadata is decodeMetadata with the id as a text.
func DecodeMetadata(body []byte, topic string) (string, error) {
	id, _, err := decodeMetadata(body, topic)
	return id.String(), err
}

// DecodeVersions says whether an ApiVersions answer allows to ask for topic ids, and to fetch by them.
func DecodeVersions(body []byte) (topicIDs, fetchByID bool, err error) {
	a, err := decodeVersions(body)
	return a.topicIDs, a.fetchByID, err
}

// EncodeFetchByID is a Fetch of a partition of the topic with that id.
func EncodeFetchByID(id [16]byte, p Partition, offset int64, clientID string) []byte {
	r := fetchRequest{topic: id, partition: p, offset: offset, maxWait: 100, minBytes: 1, maxBytes: 4 << 20, clientID: clientID}
	return r.encodeByID()
}

// DecodeFetchByID is decodeFetchByID without its list to append to.
func DecodeFetchByID(body []byte, id [16]byte, p Partition) (FetchAnswer, error) {
	return decodeFetchByID(body, id, p, nil)
}
