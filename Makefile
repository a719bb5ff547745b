# `make help` lists the targets. Everything that a target needs it sets up itself: npm packages (with a Node 24
# of their own on Linux), and for tests and demo the Kubernetes binaries and the Flux CRDs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

NPM := npm --no-fund --no-audit --loglevel=error
INSTALLED := node_modules/.package-lock.json

##@ Use

.PHONY: demo
demo: $(INSTALLED) ## See it work on a real API server, here on loopback (FLUX=1: on real Flux)
	@node test/demo/$(if $(FLUX),flux/)demo.ts

.PHONY: build
build: $(INSTALLED) ## Bundle the program into dist/fluxblueprint.js
	@npm run --silent build

.PHONY: image
image: $(INSTALLED) ## Build the image with docker, podman or buildah (BASE=local: on bases made here, as root)
	@BASE=$(BASE) node test/build/image/image.ts

.PHONY: image-check
image-check: $(INSTALLED) ## Run the image that buildah built: as user 65532, read-only, until ready (Linux, as root)
	@node test/build/image/check-image.ts

.PHONY: release
release: $(INSTALLED) ## Pack the npm package, the programs of one file and krew's manifest into dist/release
	@node test/build/release.ts

.PHONY: kind
kind: $(INSTALLED) ## Start a kind cluster for development (needs a container engine)
	"$$(node test/control-plane/programs/build.ts kind)" create cluster --name fluxblueprint --config config/kind/cluster.yaml

##@ Check

.PHONY: test
test: $(INSTALLED) ## Run every test; those of behaviour run on a real API server (ARGS=path for some of them)
	@npm test --silent -- $(ARGS)

.PHONY: e2e
e2e: $(INSTALLED) ## Run the scenarios on real Flux (ARGS=path for some of them, CLUSTER=kind for one with containers)
	@CLUSTER=$(CLUSTER) npm run --silent e2e -- $(ARGS)

.PHONY: packaging
packaging: $(INSTALLED) ## Test chart, monitoring, program and workflows; builds helm and Prometheus' engine once (ARGS=path)
	@npm run --silent packaging -- $(ARGS)

.PHONY: lint
lint: $(INSTALLED) ## Look for mistakes: eslint, prettier, tsc
	@npm run --silent lint && npm run --silent format:check && npm run --silent typecheck

.PHONY: verify
verify: lint generate build ## Regenerate all that is generated, and fail when the tree is not clean then
	@test -z "$$(git status --porcelain)" || { echo 'verify: the tree is not clean:'; git status --short; git diff | head -50; exit 1; }
	@echo 'verify: what is generated is up to date, and the tree is clean'

.PHONY: bench
bench: $(INSTALLED) ## Measure the operator on a real API server, alone on this machine (ARGS='--only apply,change'; Linux)
	@node test/bench/bench.ts $(ARGS)

.PHONY: soak
soak: $(INSTALLED) ## Half an hour of hostile tenants on two replicas (ARGS='--minutes 5 --seed 7 --only storm'; Linux)
	@node test/soak/soak.ts $(ARGS)

.PHONY: bench-flux
bench-flux: $(INSTALLED) ## Measure chains on real Flux, with the operator and without (ARGS='--only chain-3,chain-10')
	@node test/bench/flux/bench-flux.ts $(ARGS)

.PHONY: bench-import
bench-import: $(INSTALLED) ## Measure the import of repositories, by lines and seconds (ARGS='FOLDER…'; kustomize on PATH)
	@node test/bench/import/bench-import.ts $(ARGS)

.PHONY: fuzz
fuzz: $(INSTALLED) ## Search for blueprints that cost more than their size is worth, for 30 minutes (ARGS='--minutes 1'); keeps finds
	@node --disable-warning=ExperimentalWarning test/fuzz/fuzz.ts $(ARGS)

##@ Change

.PHONY: generate
generate: $(INSTALLED) ## Write the CRDs, the editor schema, the references and the digest of Flux's schemas
	@npm run --silent generate

.PHONY: golden
golden: $(INSTALLED) ## Write the expected output of every golden blueprint anew; read the diff
	@UPDATE_GOLDEN=1 npm test --silent -- --selectProjects pure --testPathPatterns test/core/golden

.PHONY: format
format: $(INSTALLED) ## Format every file
	@npm run --silent format

##@ Tidy

.PHONY: clean
clean: ## Remove what was built here; the cache of binaries stays
	rm -rf dist coverage node_modules

$(INSTALLED): package.json package-lock.json
	@echo 'Installing npm packages …'
	@$(NPM) ci
	@touch $@

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
