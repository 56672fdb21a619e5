// Package policies carries the policies that ship with deskpulse and the JSON Schema of a policy.
package policies

import "embed"

// Schema is the JSON Schema (draft 2020-12) of a policy file, for editors. The loader checks more: see package policy.
//
//go:embed policy.schema.json
var Schema []byte

// Files are the shipped policies, NAME.yaml each.
//
//go:embed *.yaml
var Files embed.FS
