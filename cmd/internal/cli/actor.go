package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// byVariable names who acts where no flag does.
const byVariable = "DESKPULSE_BY"

// actorFlags are the flags --by, --role and --why: who acts, and with which reason. Both stand in the log for good.
type actorFlags struct{ by, role, why string }

func (a *actorFlags) add(cmd *cobra.Command, why string) {
	cmd.Flags().StringVar(&a.by, "by", "", "who acts, a `name`, for an agent the id (default: the one in "+byVariable+", as \"chen:supervisor\")")
	cmd.Flags().StringVar(&a.role, "role", "", "in which `role`, such as supervisor or leader")
	cmd.Flags().StringVar(&a.why, "why", "", why)
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(document.Texts(policy.Roles), cobra.ShellCompDirectiveNoFileComp))
}

// actor returns who acts.
func (a *actorFlags) actor(env Env) (workflow.Actor, error) {
	by, ok, err := a.named(env)
	if err == nil && !ok {
		err = usagef("nobody is named: who decides is kept for good, so say --by NAME --role ROLE, or set %s=name:role", byVariable)
	}
	return by, err
}

// actorOr returns who acts, and another where nobody is named.
func (a *actorFlags) actorOr(env Env, other workflow.Actor) (workflow.Actor, error) {
	by, ok, err := a.named(env)
	if err == nil && !ok {
		return other, nil
	}
	return by, err
}

// named is false where neither a flag nor the environment names anybody.
func (a *actorFlags) named(env Env) (workflow.Actor, bool, error) {
	name, role := cmp.Or(a.by, env.Getenv(byVariable)), a.role
	if i := strings.LastIndexByte(name, ':'); i >= 0 && (role == "" || slices.Contains(policy.Roles, policy.Role(name[i+1:]))) {
		if role != "" {
			return workflow.Actor{}, false, usagef("%q names a role, and --role %s another: want one of them", name, role)
		}
		name, role = name[:i], name[i+1:]
	}
	by := workflow.Actor{Name: strings.TrimSpace(name), Role: policy.Role(role)}
	switch {
	case by.Name == "" && role == "":
		return by, false, nil
	case by.Name == "":
		return by, false, usagef("--role %s: whose? want --by NAME", role)
	case role == "":
		return by, false, usagef("--by %q: in which role? want --role ROLE", name)
	case !slices.Contains(policy.Roles, by.Role):
		return by, false, usageError{&document.Unknown{What: "role", Name: role, Known: document.Texts(policy.Roles)}}
	}
	return by, true, nil
}

// reason returns --why, which some decisions need.
func (a *actorFlags) reason(what string) (string, error) {
	if strings.TrimSpace(a.why) == "" {
		return "", usagef("%s needs a reason, in words for whom it concerns: want --why TEXT", what)
	}
	return a.why, nil
}
