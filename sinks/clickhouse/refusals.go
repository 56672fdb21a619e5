package clickhouse

// Hints of the errors that are about a row. They are read where the row cannot be rejected instead: when the table
// `rejected` refuses it.
const (
	hintConstraint = "drop the constraint, or the column's expression, that is not deskpulse's"
	hintValue      = "a constraint, a column's expression or a materialized view on the table does not take the value"
)

// refusals is the part of the error table that is about the data: some row is refused, and no later attempt sends
// another one. A worker looks for the guilty rows (see Refused), rejects those and inserts the rest. A code too many does
// no harm here: where no row is found guilty the partition halts.
var refusals = map[int]fault{
	469: {ClassPermanent, "VIOLATED_CONSTRAINT", "a constraint that is not ours refuses the row", hintConstraint},
	349: {ClassPermanent, "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN", "data", hintValue},
	321: {ClassPermanent, "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", "data", hintValue},
	117: {ClassPermanent, "INCORRECT_DATA", "data", hintValue},
	128: {ClassPermanent, "TOO_LARGE_ARRAY_SIZE", "data", hintValue},
	131: {ClassPermanent, "TOO_LARGE_STRING_SIZE", "data", hintValue},
	691: {ClassPermanent, "UNKNOWN_ELEMENT_OF_ENUM", "data", hintValue},

	// What the expression of a constraint, a column or a view says about a row that it cannot compute.
	6:   {ClassPermanent, "CANNOT_PARSE_TEXT", "expression", hintValue},
	25:  {ClassPermanent, "CANNOT_PARSE_ESCAPE_SEQUENCE", "expression", hintValue},
	26:  {ClassPermanent, "CANNOT_PARSE_QUOTED_STRING", "expression", hintValue},
	27:  {ClassPermanent, "CANNOT_PARSE_INPUT_ASSERTION_FAILED", "expression", hintValue},
	38:  {ClassPermanent, "CANNOT_PARSE_DATE", "expression", hintValue},
	41:  {ClassPermanent, "CANNOT_PARSE_DATETIME", "expression", hintValue},
	69:  {ClassPermanent, "ARGUMENT_OUT_OF_BOUND", "expression", hintValue},
	72:  {ClassPermanent, "CANNOT_PARSE_NUMBER", "expression", hintValue},
	153: {ClassPermanent, "ILLEGAL_DIVISION", "expression", hintValue},
	190: {ClassPermanent, "SIZES_OF_ARRAYS_DONT_MATCH", "expression", hintValue},
	376: {ClassPermanent, "CANNOT_PARSE_UUID", "expression", hintValue},
	395: {ClassPermanent, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", "expression", hintValue},
	407: {ClassPermanent, "DECIMAL_OVERFLOW", "expression", hintValue},
	467: {ClassPermanent, "CANNOT_PARSE_BOOL", "expression", hintValue},
	675: {ClassPermanent, "CANNOT_PARSE_IPV4", "expression", hintValue},
	676: {ClassPermanent, "CANNOT_PARSE_IPV6", "expression", hintValue},
}
