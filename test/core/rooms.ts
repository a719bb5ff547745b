/** What the files of one room may import. A room is a folder of src; a folder within it is a room of its own. */
export interface Arrow {
  /** Other rooms. */
  ours: readonly string[];
  packages: readonly string[];
  /** Builtins of Node; `node:*` stands for all of them. */
  node: readonly string[];
}

/**
 * The rooms of src, from the lowest floor up, each with what it may import: rooms that stand above it in this list, so
 * that no arrow runs up and no circle can arise; packages (`npm:`); and builtins of Node. A folder that is not here may
 * not exist.
 */
const ROOMS = `
api:
core/graph:
api/schema/shapes: api npm:typebox
ports: api
api/schema/blocks: api/schema/shapes npm:typebox
api/schema/revision: api api/schema/shapes npm:typebox
app/isolation: ports node:*
app/cel: ports app/isolation node:* npm:@marcbachmann/cel-js
app/logging: ports npm:lru-cache npm:winston
core/values: api api/schema/shapes
kube/http: api ports node:* npm:@kubernetes/client-node npm:undici
runtime: ports
api/schema: api api/schema/shapes api/schema/blocks npm:typebox
core/yaml/tokens:
core/yaml/documents: api api/schema/shapes core/values core/yaml/tokens
core/grammar/cel:
core/grammar: api/schema/shapes npm:re2js npm:@scure/base
core/credentials: api/schema/shapes core/values core/yaml/tokens core/yaml/documents
kube: api ports kube/http npm:lru-cache
kube/lease: api ports kube/http
kube/watch: api ports kube/http
core/objects: api api/schema/shapes core/values api/schema
core/adoption: api api/schema/shapes core/values
core/validation: api api/schema/shapes core/values core/credentials core/grammar
core/rollout/clock: core/values api/schema npm:croner
app/metrics: ports core/objects npm:@prometheus-io/client
core/health: api core/values api/schema core/objects
core/kinds: api api/schema/shapes api/schema/blocks core/values api/schema core/validation
core/releases: api api/schema/shapes core/values core/objects core/kinds npm:@noble/hashes
core/moves: api api/schema/shapes api/schema/blocks core/values api/schema core/objects core/validation core/health core/kinds core/releases
core/rollout: api api/schema/shapes api/schema/revision core/grammar/cel core/values api/schema core/objects core/validation core/rollout/clock
    core/moves npm:@noble/hashes
core/lint/model: api core/values api/schema core/objects core/adoption core/releases
core/yaml: api core/values core/yaml/tokens core/yaml/documents core/validation npm:yaml
app/http: ports kube/http app/metrics node:* npm:@peculiar/x509 npm:lru-cache npm:reflect-metadata
core/compile/model: api api/schema/shapes core/values api/schema core/objects core/validation core/kinds
core/lint/rules: api core/graph api/schema/shapes core/values api/schema core/credentials core/objects core/adoption core/kinds
    core/releases core/lint/model
core/plan: api api/schema/shapes core/values api/schema core/objects core/adoption core/health core/moves
core/compile/environments: api core/graph api/schema/shapes core/values api/schema core/validation core/kinds
    core/compile/model
core/compile/transfer: core/values core/objects
core/compile/expense: api/schema/shapes core/values api/schema core/compile/environments
core/lint: api core/values api/schema core/lint/model core/lint/rules
core/status: api core/values api/schema core/objects core/validation core/health core/lint/model core/moves core/plan core/rollout
    core/rollout/clock
core/compile/draft: api api/schema/shapes core/grammar core/values api/schema core/validation core/kinds core/yaml
    core/compile/model core/compile/environments
core/compile/check/flux: api api/schema/shapes core/grammar core/grammar/cel core/values api/schema core/validation core/compile/model
core/compile/check: api api/schema/shapes core/grammar core/values api/schema core/validation core/rollout core/kinds core/compile/model
    core/compile/draft core/compile/check/flux
core/compile/link: api core/graph api/schema/shapes core/values core/validation core/kinds core/releases core/compile/model
    core/compile/draft
core/compile: api api/schema/shapes core/values api/schema core/objects core/validation core/kinds core/moves core/compile/model
    core/compile/environments core/compile/expense core/compile/draft core/compile/check core/compile/link
core/import/read: api api/schema/shapes core/values core/yaml/tokens core/yaml/documents core/kinds core/yaml npm:yaml
core/import/build: api core/graph api/schema/shapes core/values api/schema core/kinds core/import/read
core/import/clusters: api api/schema/shapes core/values core/yaml/tokens core/yaml/documents core/yaml core/import/read
    core/import/build
core/import/write: api api/schema/shapes core/values core/yaml npm:yaml
core/import/live: api api/schema/shapes core/values core/yaml core/import/read core/import/clusters
core/import/environments: api api/schema/shapes core/values core/kinds core/import/build
core/import/check: api api/schema/shapes core/values
core/import: api api/schema/shapes core/values core/validation core/kinds core/yaml core/compile/model core/compile
    core/import/read core/import/build core/import/clusters core/import/live core/import/environments core/import/write
core/input: api core/values core/yaml core/yaml/tokens core/yaml/documents
core/review: api core/values api/schema core/objects core/validation core/releases core/compile/model core/lint core/compile
core/text: npm:string-width
core/diff: api api/schema api/schema/shapes core/values core/credentials core/objects core/plan core/compile/model core/compile/environments core/yaml core/text npm:diff
core/waiting: api api/schema api/schema/revision core/values core/objects core/validation core/rollout core/compile/environments core/compile/model
    core/compile core/diff core/text core/yaml
core/explain: api core/values core/credentials core/objects core/validation core/kinds core/compile/model core/compile/draft
    core/compile core/text
core/report: api/schema core/values core/yaml core/objects core/lint core/text core/input core/review npm:wrap-ansi
cli/terminal: core/report node:util
cli/flags: core/values npm:commander
cli/input: core/values core/input cli/terminal node:* npm:commander
core/inspect: api api/schema api/schema/revision core/values core/credentials core/objects core/health core/kinds core/plan core/rollout
    core/rollout/clock core/status core/text
core/depict: api core/graph api/schema core/values core/objects core/health core/text core/inspect
core/depict/svg: core/depict core/text
core/trace: api api/schema core/values core/objects core/health core/compile/model core/compile core/text core/inspect
cli: api core/values api/schema core/objects core/validation core/yaml core/releases core/compile/model core/lint core/compile
    core/input core/review core/report cli/terminal cli/flags cli/input node:* npm:commander
cli/session: api api/schema core/values core/text core/yaml core/trace cli/terminal cli/flags node:* npm:commander
cli/import: api api/schema core/values core/validation core/compile/model core/compile core/import/read core/import/build
    core/import/clusters core/import/live core/import/check core/import core/input core/inspect core/yaml cli/terminal
    cli/input cli/session node:* npm:commander
cli/cluster: api api/schema api/schema/revision core/values core/plan core/releases core/compile/model core/compile core/text core/inspect core/trace
    cli/flags cli/session npm:commander
cli/diff: api api/schema core/values core/objects core/validation core/plan core/releases core/compile/model core/text core/diff
    core/input core/inspect core/review cli/terminal cli/input cli/session node:path npm:commander
cli/rollout: api api/schema api/schema/revision core/values core/objects core/plan core/rollout core/rollout/clock core/releases
    core/compile/model core/diff core/inspect core/waiting cli/session npm:commander
cli/explore: api api/schema core/values core/objects core/validation core/yaml core/compile/model core/compile core/input core/review
    core/text core/explain core/depict core/depict/svg core/inspect cli/terminal cli/input cli/session cli/cluster node:* npm:commander
cli/completion: api/schema core/text cli/session npm:commander
core/fitness: api core/values core/kinds
cli/admin: api core/values core/text core/yaml core/fitness cli/terminal cli/session npm:commander
core/sops: api core/grammar core/values core/yaml/tokens core/yaml/documents npm:re2js
cli/sops: api ports core/values core/text core/sops cli/input cli/terminal cli/session node:* npm:commander
core/scaffold: core/grammar core/values
cli/new: core/values core/scaffold cli/input cli/terminal node:* npm:commander
cli/manual: api npm:commander
cli/program: cli cli/terminal cli/session cli/import cli/cluster cli/explore cli/diff cli/rollout cli/completion cli/admin cli/sops cli/new cli/manual npm:commander
operator/bounds: api ports core/values core/objects node:crypto npm:lru-cache
operator/memory: api ports core/values api/schema api/schema/revision core/objects core/adoption core/validation core/rollout core/health core/releases core/compile/model core/plan
    core/lint core/compile operator/bounds node:crypto
operator/context: api ports api/schema core/objects core/validation core/rollout core/releases core/compile/model core/moves core/plan core/lint core/status
    operator/memory
app/compile: api/schema ports runtime app/isolation core/objects core/validation core/compile/model
    core/compile/expense core/compile/transfer core/compile operator/memory operator/context node:*
operator/observe: api ports core/values core/objects core/adoption core/health core/plan core/compile/environments core/status
    operator/memory operator/context
operator/watch/copies: api ports
operator/watch: api ports core/values api/schema core/objects core/kinds core/releases core/compile/model operator/bounds
    operator/context operator/watch/copies npm:lru-cache
operator/lint: api ports core/values core/objects core/adoption core/validation core/kinds core/releases core/lint operator/memory
    operator/context operator/observe
operator/prune: api ports core/values core/objects core/plan core/status operator/context operator/observe
operator/compile: api ports core/values api/schema core/objects core/kinds core/releases core/compile/model core/compile core/status
    operator/memory operator/context operator/observe operator/lint
operator/rollout: api ports core/values api/schema api/schema/revision core/objects core/plan core/rollout core/compile/environments
    core/status operator/memory operator/context operator/observe operator/compile
operator/moves: api ports core/values core/objects core/health core/kinds core/releases core/moves core/plan core/rollout
    core/status operator/memory operator/context operator/observe operator/prune operator/compile operator/rollout
operator/plan: api ports core/values core/objects core/moves core/plan core/rollout operator/memory operator/context operator/observe operator/rollout
    operator/moves
operator/status: api ports core/values api/schema core/objects core/plan core/rollout/clock core/status operator/memory operator/context
    operator/observe operator/lint operator/plan operator/prune
operator/apply: api ports core/values core/objects core/adoption core/plan core/status operator/context operator/observe
    operator/lint operator/plan operator/prune operator/status
operator: api ports core/objects core/plan core/status operator/bounds operator/memory operator/context operator/plan operator/prune
    operator/moves operator/compile operator/rollout operator/status operator/apply
app: api ports app/logging app/isolation kube/http runtime kube kube/lease kube/watch core/values core/objects app/cel app/metrics app/http
    core/compile/model app/compile cli/terminal cli/flags cli/input cli cli/session cli/import cli/cluster cli/explore cli/diff cli/rollout cli/completion cli/admin cli/sops cli/new cli/manual cli/program operator/bounds operator/context operator/watch/copies operator/watch operator node:*
    npm:@dot-i/k8s-operator npm:age-encryption npm:commander
`;

/** The arrows of {@link ROOMS}, by room, in the order of the list. */
export const ARROWS: Readonly<Record<string, Arrow>> = Object.fromEntries(
  ROOMS.trim()
    .split(/\n(?! )/)
    .map((entry) => {
      const [room = '', targets = ''] = entry.split(/:(?= |$)/);
      const words = targets.split(/\s+/).filter((word) => word !== '');
      const packages = words
        .filter((word) => word.startsWith('npm:'))
        .map((word) => word.slice('npm:'.length));
      const node = words.filter((word) => word.startsWith('node:'));
      const ours = words.filter((word) => !word.includes(':'));
      return [room, { ours, packages, node }] as const;
    }),
);
