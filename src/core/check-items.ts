import type { Blueprint } from '../api/schema/blueprint.ts';
import { checkMetadata } from './check-metadata.ts';
import { type Schema, checkSchema } from './check-schema.ts';
import type { CompileContext } from './context.ts';
import { externalSecret } from './emit/external-secret.ts';
import type { FluxKind } from './emit/kind.ts';
import { EXTERNAL_SECRET_SPEC } from './external-secret-schema.ts';
import { FLUX_SCHEMAS } from './flux-schemas.generated.ts';
import { type Item, displayTitle, itemKey } from './item.ts';
import { refuseCrossReferences } from './cross-namespace.ts';
import { originOf } from './merge.ts';
import type { Problems } from './problem.ts';
import { takesAway } from './unset.ts';

/** Refuses what the cluster or Flux would refuse: kinds not served, fields that Flux does not know, name clashes. */
export function checkItems(
  items: readonly Item[],
  blueprint: Blueprint,
  context: CompileContext,
  problems: Problems,
): void {
  const byKey = new Map<string, Item>();
  checkMetadata(blueprint.spec.commonMetadata, 'spec.commonMetadata', problems);
  for (const item of items) {
    const local = problems.within(item.locate);
    checkFluxSchema(item, local);
    checkServed(item, context, local);
    if (context.defaultAccount !== true) checkNamespace(item, blueprint, local);
    if (context.noCrossNamespaceRefs === true) refuseCrossReferences(item, local);
    checkMetadata(item.metadata, item.metadataPath ?? `${item.path}.metadata`, local);
    const other = byKey.get(itemKey(item));
    if (other === undefined) byKey.set(itemKey(item), item);
    else refuseSameObject(item, other, local);
  }
}

function refuseSameObject(item: Item, other: Item, problems: Problems): void {
  // Two of one title in one environment are two of one name in one list, which is refused as such.
  if (other.title === item.title && other.environment === item.environment) return;
  const object = `${item.kind.kind} ${item.namespace === '' ? '' : `${item.namespace}/`}${item.name}`;
  const where = `${displayTitle(other)} (${other.locate(other.path)})`;
  const remedy =
    other.title === item.title
      ? 'give one of the environments a `suffix` or `namespace` of its own'
      : 'give one of them an `objectName`';
  problems.add('same-object', item.path, `${displayTitle(item)} and ${where} are both ${object}: ${remedy}`);
}

/** What the compiler fills in; where it cannot, it has said why in the blueprint's own terms. */
const FILLED_IN: ReadonlySet<unknown> = new Set(['sourceRef', 'eventSources', 'resources']);

function schemaOf(kind: FluxKind): Schema | undefined {
  if (kind === externalSecret) return EXTERNAL_SECRET_SPEC;
  return FLUX_SCHEMAS[`${kind.group}/${kind.kind}`]?.spec;
}

/** Whether the compiler adds nothing to an item. */
function isAsWritten({ kind }: Item): boolean {
  return 'block' in kind && kind.block === 'object';
}

function checkFluxSchema(item: Item, problems: Problems): void {
  const schema = schemaOf(item.kind);
  if (schema === undefined) return;
  checkSchema(schema, item.spec, (rule, steps, message) => {
    if (rule === 'missing-field' && FILLED_IN.has(steps.at(-1)) && !isAsWritten(item)) return;
    const gone = rule === 'missing-field' && takesAway(item.unset ?? [], steps);
    const remedy = gone
      ? ', and `unset` takes away what is there without asking: say it here, or unset less'
      : '';
    problems.add(rule, originOf(item.overlays, steps, item.specPath), message + remedy);
  });
}

/** Kinds of Flux itself must be served; a kind of another group only holds up the items of that kind. */
function checkServed(item: Item, context: CompileContext, problems: Problems): void {
  const { group, kind } = item.kind;
  const key = `${group}/${kind}`;
  if (context.served.has(key) || FLUX_SCHEMAS[key] === undefined) return;
  problems.add(
    'kind-not-served',
    item.specPath,
    `this cluster does not serve ${kind} (${group}): install Flux, or its controller for that group`,
  );
}

/** Without an account the operator would write with rights of its own, so it does not leave the blueprint's namespace. */
function checkNamespace(item: Item, blueprint: Blueprint, problems: Problems): void {
  if (blueprint.spec.serviceAccountName !== undefined || item.namespace === blueprint.metadata.namespace)
    return;
  const what =
    item.namespace === '' ? 'is cluster-scoped' : `would be written to namespace ${item.namespace}`;
  problems.add(
    'no-rights',
    item.namespacePath,
    `${displayTitle(item)} ${what}: a blueprint without \`serviceAccountName\` can write to its own namespace only`,
  );
}
