package clickhouse

// fault is one row of the error table: what a code of ClickHouse means for whoever made the query.
type fault struct {
	class  Class
	name   string // ClickHouse's name of the code
	reason string // why it has this class
	hint   string // what the operator can do, if anything
}

const codeTooManyParts = 252

// Hints that several rows share.
const (
	hintSchema = "the tables are not those of this version: run `deskpulse migrate`"
	hintMemory = "give the server more memory, or make batches smaller"
	hintDisk   = "look at the server's disk"
	hintFull   = "make room on the server's disk, or give it a larger one; ingest then goes on by itself, and `deskpulse doctor` says how much is free"
	hintGrant  = "grant the configured user what it needs on the database, and SELECT on system.processes, KILL QUERY"
	hintLogin  = "check user and password in the configuration"
	hintBug    = "no later attempt will do better; please report this with the server's log"
)

// faults is the error table, but for the codes that are about a row, which refusals has. A code that is in neither is of
// ClassUnknown: tried again a few times, then stop loudly.
var faults = map[int]fault{
	// Overload: the server says so itself, and recovers.
	codeTooManyParts: {ClassRetry, "TOO_MANY_PARTS", "merges lag behind inserts and will catch up", "make batches larger or merges faster"},
	202:              {ClassRetry, "TOO_MANY_SIMULTANEOUS_QUERIES", "others are using the server", "raise max_concurrent_queries"},
	241:              {ClassRetry, "MEMORY_LIMIT_EXCEEDED", "others may be using the memory", hintMemory},
	173:              {ClassRetry, "CANNOT_ALLOCATE_MEMORY", "others may be using the memory", hintMemory},
	201:              {ClassRetry, "QUOTA_EXCEEDED", "a quota is per interval", "raise the user's quota"},
	203:              {ClassRetry, "NO_FREE_CONNECTION", "a pool inside the server is used up for the moment", ""},
	439:              {ClassRetry, "CANNOT_SCHEDULE_TASK", "the server has no thread free", ""},
	574:              {ClassRetry, "DISTRIBUTED_TOO_MANY_PENDING_BYTES", "a shard lags behind", ""},
	473:              {ClassRetry, "DEADLOCK_AVOIDED", "a table is locked by an ALTER", ""},
	692:              {ClassRetry, "TOO_MANY_MUTATIONS", "mutations lag behind", ""},
	745:              {ClassRetry, "SERVER_OVERLOADED", "the server sheds load", ""},
	749:              {ClassRetry, "TCP_CONNECTION_LIMIT_REACHED", "others are using the server", "raise max_connections"},
	777:              {ClassRetry, "MEMORY_RESERVATION_KILLED", "others are using the memory", hintMemory},
	778:              {ClassRetry, "MEMORY_RESERVATION_FAILED", "others are using the memory", hintMemory},

	// Network and unknown outcome: recovery finds out what happened.
	3:   {ClassRetry, "UNEXPECTED_END_OF_FILE", "the connection broke inside a block", ""},
	32:  {ClassRetry, "ATTEMPT_TO_READ_AFTER_EOF", "the connection broke inside a block", ""},
	33:  {ClassRetry, "CANNOT_READ_ALL_DATA", "the connection broke inside a block", ""},
	95:  {ClassRetry, "CANNOT_READ_FROM_SOCKET", "network", ""},
	96:  {ClassRetry, "CANNOT_WRITE_TO_SOCKET", "network", ""},
	159: {ClassRetry, "TIMEOUT_EXCEEDED", "the insert deadline, enforced by the server", ""},
	160: {ClassRetry, "TOO_SLOW", "the server was busy", ""},
	101: {ClassRetry, "UNEXPECTED_PACKET_FROM_CLIENT", "a connection that is out of step after a failed insert; a new one is not", ""},
	198: {ClassRetry, "DNS_ERROR", "network", ""},
	209: {ClassRetry, "SOCKET_TIMEOUT", "network", ""},
	210: {ClassRetry, "NETWORK_ERROR", "network", ""},
	57:  {ClassRetry, "TABLE_ALREADY_EXISTS", "an earlier owner of the partition makes the same scratch table", ""},
	216: {ClassRetry, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", "an earlier attempt of this insert still runs; recovery cancels it", ""},
	236: {ClassRetry, "ABORTED", "the server is stopping", ""},
	279: {ClassRetry, "ALL_CONNECTION_TRIES_FAILED", "network between servers", ""},
	319: {ClassRetry, "UNKNOWN_STATUS_OF_INSERT", "the outcome is not known", ""},
	394: {ClassRetry, "QUERY_WAS_CANCELLED", "a recovering worker, an operator or a stopping server cancelled it", ""},
	410: {ClassRetry, "EXTERNAL_SERVER_IS_NOT_RESPONDING", "network", ""},
	425: {ClassRetry, "SYSTEM_ERROR", "the operating system of the server", ""},
	677: {ClassRetry, "THREAD_WAS_CANCELED", "the server is stopping", ""},
	735: {ClassRetry, "QUERY_WAS_CANCELLED_BY_CLIENT", "our own deadline", ""},

	// Replicas and their coordinator: they come back.
	225: {ClassRetry, "NO_ZOOKEEPER", "the coordinator is away", ""},
	242: {ClassRetry, "TABLE_IS_READ_ONLY", "the replica lost its coordinator and will find it again", ""},
	244: {ClassRetry, "UNEXPECTED_ZOOKEEPER_ERROR", "the coordinator is away", ""},
	254: {ClassRetry, "NO_ACTIVE_REPLICAS", "replicas are restarting", ""},
	265: {ClassRetry, "NO_AVAILABLE_REPLICA", "replicas are restarting", ""},
	285: {ClassRetry, "TOO_FEW_LIVE_REPLICAS", "replicas are restarting", ""},
	286: {ClassRetry, "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE", "replicas lag behind", ""},
	297: {ClassRetry, "SHARD_HAS_NO_CONNECTIONS", "a shard is restarting", ""},
	369: {ClassRetry, "ALL_REPLICAS_ARE_STALE", "replicas lag behind", ""},
	733: {ClassRetry, "TABLE_IS_BEING_RESTARTED", "passes by itself", ""},
	999: {ClassRetry, "KEEPER_EXCEPTION", "the coordinator is away", ""},

	// The server's disk: an operator makes room, and then it goes on by itself.
	74:  {ClassRetry, "CANNOT_READ_FROM_FILE_DESCRIPTOR", "disk", hintDisk},
	75:  {ClassRetry, "CANNOT_WRITE_TO_FILE_DESCRIPTOR", "disk full", hintFull},
	76:  {ClassRetry, "CANNOT_OPEN_FILE", "disk full, or too many files open", hintDisk},
	204: {ClassRetry, "CANNOT_FSYNC", "disk", hintDisk},
	243: {ClassRetry, "NOT_ENOUGH_SPACE", "disk full", hintFull},
	499: {ClassRetry, "S3_ERROR", "object storage is a network", hintDisk},

	// Rights and log-in: a password is changed in two places, one after the other, so log-in is tried a few times.
	164: {ClassPermanent, "READONLY", "the user's profile forbids writing", hintGrant},
	291: {ClassPermanent, "DATABASE_ACCESS_DENIED", "rights do not come by themselves", hintGrant},
	392: {ClassPermanent, "QUERY_IS_PROHIBITED", "the user's profile forbids such statements", hintGrant},
	452: {ClassPermanent, "SETTING_CONSTRAINT_VIOLATION", "the user's profile forbids a setting that the contract needs", hintGrant},
	497: {ClassPermanent, "ACCESS_DENIED", "rights do not come by themselves", hintGrant},
	192: {ClassUnknown, "UNKNOWN_USER", "the user may be being made", hintLogin},
	193: {ClassUnknown, "WRONG_PASSWORD", "the password may be being changed", hintLogin},
	194: {ClassUnknown, "REQUIRED_PASSWORD", "the password may be being changed", hintLogin},
	195: {ClassUnknown, "IP_ADDRESS_NOT_ALLOWED", "the user may be being changed", hintLogin},
	516: {ClassUnknown, "AUTHENTICATION_FAILED", "the password may be being changed", hintLogin},

	// The schema is another one than this binary's.
	8:   {ClassPermanent, "THERE_IS_NO_COLUMN", "schema", hintSchema},
	10:  {ClassPermanent, "NOT_FOUND_COLUMN_IN_BLOCK", "schema", hintSchema},
	16:  {ClassPermanent, "NO_SUCH_COLUMN_IN_TABLE", "schema", hintSchema},
	20:  {ClassPermanent, "NUMBER_OF_COLUMNS_DOESNT_MATCH", "schema", hintSchema},
	47:  {ClassPermanent, "UNKNOWN_IDENTIFIER", "schema", hintSchema},
	53:  {ClassPermanent, "TYPE_MISMATCH", "schema", hintSchema},
	60:  {ClassPermanent, "UNKNOWN_TABLE", "schema", hintSchema},
	70:  {ClassPermanent, "CANNOT_CONVERT_TYPE", "schema", hintSchema},
	81:  {ClassPermanent, "UNKNOWN_DATABASE", "schema", hintSchema},
	218: {ClassPermanent, "TABLE_IS_DROPPED", "schema", hintSchema},

	// The server is older than we need, or set up against it.
	115: {ClassPermanent, "UNKNOWN_SETTING", "the server does not know a setting that the contract needs", "use ClickHouse 25.8 or later"},
	48:  {ClassPermanent, "NOT_IMPLEMENTED", "the server cannot do what is asked", "use ClickHouse 25.8 or later"},
	46:  {ClassPermanent, "UNKNOWN_FUNCTION", "the server cannot do what is asked", "use ClickHouse 25.8 or later"},
	62:  {ClassPermanent, "SYNTAX_ERROR", "a query of ours", hintBug},
	774: {ClassPermanent, "TABLE_IS_PERMANENTLY_READ_ONLY", "it is on a read-only disk", hintDisk},
}
