package doctor

// catalogue lists every check in the order of the report. The first of an area finds out whether its server is there.
var catalogue = []check{
	{Setup, "version", binaryVersion},
	{Setup, "deadlines", deadlines},

	{Kafka, "brokers", kafkaBrokers},
	{Kafka, "versions", kafkaVersions},
	{Kafka, "topics", kafkaTopics},
	{Kafka, "rights", kafkaRights},
	{Kafka, "append time", appendTime},
	{Kafka, "record size", recordSize},
	{Kafka, "cleanup", cleanup},
	{Kafka, "copies", copies},
	{Kafka, "decisions", decisions},
	{Kafka, "session", session},
	{Kafka, "offsets kept", offsetsKept},
	{Kafka, "group", group},
	{Kafka, "lag", lag},
	{Kafka, "clock", kafkaClock},

	{ClickHouse, "server", storeServer},
	{ClickHouse, "clock", storeClock},
	{ClickHouse, "rights", storeGrants},
	{ClickHouse, "settings", storeSettings},
	{ClickHouse, "tables", storeTables},
	{ClickHouse, "replicas", storeReplicas},
	{ClickHouse, "parts", storeParts},
	{ClickHouse, "rejected", storeRejected},
	{ClickHouse, "disk", storeDisks},

	{Here, "health", health},
	{Here, "disk", homeDisk},
	{Here, "engine", homeEngine},
}
