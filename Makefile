# `make` lists the targets. Everything is built without cgo, so that the binary is static and no C compiler is needed.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS   += --no-print-directory
.DEFAULT_GOAL := help

export CGO_ENABLED := 0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BINARY  := bin/deskpulse
LDFLAGS := -s -w -X main.version=$(VERSION)

# golangci-lint has a go.mod of its own: it brings two hundred modules, which would fill the product's go.sum and take
# part in choosing the product's versions. `go run golangci-lint@version` would not pin what it is built from.
LINT := go tool -modfile=deploy/dev/tools/go.mod golangci-lint

# Real input that is not ours to ship. The tests that need it say so when it is missing, and fail where CI is set.
ifndef DESKPULSE_TESTDATA
ifneq ($(wildcard ../shared/data),)
export DESKPULSE_TESTDATA := $(abspath ../shared/data)
endif
endif

# The race detector needs cgo, and a C compiler with it. Its packages are those with goroutines of their own; ClickHouse and
# Apache Kafka are processes beside them, which it does not slow down.
RACE_PACKAGES := ./schemas/... ./aggregate/... ./ingest ./ingest/kafka ./sinks/kafka ./sinks/prometheus ./cmd/internal/app ./cmd/internal/cli ./cmd/internal/config

# Two packages at a time: some of them start a broker and an engine. The largest takes five minutes on two cores; a slow
# machine shall not fail for being slow.
TEST_FLAGS ?= -p 2 -timeout 60m

FUZZTIME ?= 10s

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/deskpulse
	go build -trimpath -ldflags '$(LDFLAGS)' -o $(BINARY) ./cmd/deskpulse

.PHONY: demo
demo: build ## a month of a 40-agent desk from Kafka to payroll and an adjustment, in one command
	@$(BINARY) demo

.PHONY: test
test: build vet ## everything but the fault suite, against real engines and brokers; real Apache Kafka too where Maven is
	go test $(TEST_FLAGS) -skip '^TestFaults$$' ./...

# The fault suite: so many points, drawn from a seed. With STATE, a file, a run that was cut short goes on where it stopped;
# REPORT is a file for its tables. The long form is POINTS=500.
POINTS   ?= 30
SEED     ?= 1
PARALLEL ?= 6
STATE    ?=
REPORT   ?=

.PHONY: test-faults
test-faults: ## the fault suite: POINTS=30 drawn from SEED=1; the long form is POINTS=500 STATE=FILE REPORT=FILE
	go test ./cmd/internal/faults -run '^TestFaults$$' -count=1 -timeout 6h -v -args \
		-test.parallel $(PARALLEL) -seed $(SEED) -points $(POINTS) -state '$(abspath $(STATE))' -report '$(abspath $(REPORT))'

.PHONY: test-race
test-race: ## the packages without engines, under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race $(TEST_FLAGS) $(RACE_PACKAGES)

# Wages hang on these packages: what no test runs nobody has checked.
COVERED  := ./aggregate/rule ./aggregate/policy ./aggregate/score
COVERAGE := 95

comma := ,
space := $(subst ,, )

.PHONY: cover
cover: ## statement coverage of the packages that score, each of which must reach 95 %
	@profile=$$(mktemp); trap 'rm -f "$$profile"' EXIT; \
	go test -count=1 -coverpkg=$(subst $(space),$(comma),$(COVERED)) -coverprofile="$$profile" $(COVERED) ./aggregate/scenario ./schemas/policies >"$$profile.log" \
		|| { cat "$$profile.log"; rm -f "$$profile.log"; exit 1; }; rm -f "$$profile.log"; \
	awk -v least=$(COVERAGE) 'NR > 1 { n[$$1] = $$2; if ($$3 > 0) hit[$$1] = 1 } \
		END { for (b in n) { f = b; sub(/\/[^\/]*$$/, "", f); all[f] += n[b]; if (b in hit) run[f] += n[b] } \
			for (f in all) { share = 100 * run[f] / all[f]; printf "%6.2f %%  %s\n", share, f; if (share < least) low = 1 } \
			if (low) { printf "a package is below %d %%\n", least; exit 1 } }' "$$profile"

.PHONY: vet
vet:
	go vet ./...

.PHONY: lint
lint: ## golangci-lint, with the list in .golangci.yml
	$(LINT) run ./...

.PHONY: fuzz
fuzz: ## every fuzz test for FUZZTIME (10s) each
	@go list ./... | while read -r pkg; do \
		for name in $$(go test -list '^Fuzz' "$$pkg" | grep '^Fuzz' || true); do \
			echo "== $$pkg $$name"; \
			go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) "$$pkg"; \
		done; \
	done

.PHONY: bench
bench: ## ingest against ClickHouse's own Kafka engine and the ceiling, in turns, on real Kafka; the last line is JSON
	go run ./deploy/dev/bench

.PHONY: bench-close
bench-close: ## a month of 20 M events read, measured and scored, against one bare GROUP BY of the same rows
	go run ./deploy/dev/benchclose

.PHONY: generate
generate: ## write the generated references and schemas anew
	go generate ./...

.PHONY: check-generated
check-generated: generate ## fail if a generated file is not what the code says
	@git diff --exit-code || { echo 'generated files differ: run `make generate` and commit the result' >&2; exit 1; }
	@new=$$(git ls-files --others --exclude-standard); \
		[ -z "$$new" ] || { echo "generated files are not committed:" >&2; echo "$$new" >&2; exit 1; }

.PHONY: kafka
kafka: ## run a real Apache Kafka broker in the foreground, for development (needs Java and Maven)
	go run ./deploy/dev/kafka/cmd

.PHONY: clean
clean: ## remove what was built; caches outside this folder stay
	rm -rf bin coverage
