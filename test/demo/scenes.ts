import { API_VERSION, KIND } from '../../src/api/names.ts';
import { displayName, type KubeObject, type ObjectRef, refOf, refOfId } from '../../src/api/object.ts';
import type { Blueprint } from '../../src/api/schema/blueprint.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../src/core/objects/desired.ts';
import { findDrift } from '../../src/core/objects/drift.ts';
import type { TestClient } from '../harness/api-server/client.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Observer, Seen } from './observe.ts';
import type { Stage } from './stage.ts';
import { drawTree } from './tree.ts';

/** What the scenes of the demo share. */
export interface Scene {
  stage: Stage;
  client: TestClient;
  observer: Observer;
  blueprint: Blueprint;
}

/** Applies the blueprint and waits for every object that can exist before Flux has deployed anything. */
export async function showCreate({ stage, client, observer, blueprint }: Scene): Promise<void> {
  stage.step('Apply one blueprint: config/samples/platform.yaml');
  const desired = desiredOf(blueprint);
  const held = desired.filter(({ createAfter }) => createAfter.length > 0);
  const free = desired.filter(({ createAfter }) => createAfter.length === 0);
  const at = performance.now();
  await client.apply(blueprint);
  await observer.until('every object that waits for nothing', () =>
    free.every((object) => isAsDesired(observer, object)),
  );
  const ms = lastArrival(observer.since(at)) - at;
  const title = `FluxBlueprint ${displayKey(blueprint)}`;
  const layers = (blueprint.spec.layers ?? []).map(({ name }) => name);
  stage.show(...drawTree(title, observer.objects, layers, describeHeld(held)));
  stage.seen(
    `${free.length} objects are there, field by field as \`render\` prints them`,
    ms,
    'create: all objects',
  );
}

/** Lines for {@link drawTree} about objects that are held back, by layer. */
export function describeHeld(held: readonly DesiredObject[]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const { layer = '', ref, createAfter } of held) {
    const waits = createAfter.map((id) => displayName(refOfId(id, 'v1'))).join(', ');
    const line = `${ref.kind.padEnd(15)} ${ref.name.padEnd(16)}  held back until ${waits} is ready`;
    lines.set(layer, [...(lines.get(layer) ?? []), line]);
  }
  return lines;
}

/** Releases what is held back: Flux's controllers do not run here, so the demo writes their Ready conditions. */
export async function showRelease({ stage, client, observer, blueprint }: Scene): Promise<void> {
  stage.step('Order across kinds: a HelmRelease after a Kustomization, and a Kustomization after that');
  stage.show("Flux's controllers do not run in this demo: it writes the condition Ready in their place.");
  for (const object of desiredOf(blueprint).filter(({ createAfter }) => createAfter.length > 0)) {
    for (const id of object.createAfter) await client.setReady(refOfId(id, versionOf(observer, id)), 'True');
    const at = performance.now();
    await observer.until(`${displayName(object.ref)} is created`, () => isAsDesired(observer, object));
    const blockers = object.createAfter.map((id) => displayName(refOfId(id, ''))).join(', ');
    stage.seen(
      `${displayName(object.ref)} was created when ${blockers} became ready`,
      lastArrival(observer.since(at)) - at,
      'release of a held object',
    );
  }
}

/** Edits a generated object by hand, then deletes one; both come back. */
export async function showDrift({ stage, client, observer, blueprint }: Scene): Promise<void> {
  stage.step('Edit a generated object by hand');
  const object = objectNamed(desiredOf(blueprint), 'Kustomization', 'apps');
  const { apiVersion, kind } = object.ref;
  const edit = {
    apiVersion,
    kind,
    metadata: metadataOf(object.ref),
    spec: { path: './somewhere/else', interval: '1h' },
  };
  const before = performance.now();
  await client.apply(edit, 'somebody');
  const at = performance.now();
  await observer.until('the edit arrives', () => edited(observer.since(before), object.ref));
  stage.seen(`${displayName(object.ref)} says path ./somewhere/else, interval 1h`);
  await observer.until('the edit is taken back', () => isAsDesired(observer, object));
  stage.seen(
    `${displayName(object.ref)} is as desired again`,
    lastArrival(observer.since(before)) - at,
    'drift: edited object restored',
  );

  stage.step('Delete a generated object by hand');
  const { uid } = observer.find(displayName(object.ref))?.metadata ?? {};
  const deleted = performance.now();
  await client.cluster.delete(object.ref);
  await observer.until(
    'another one is there',
    () => isAsDesired(observer, object) && observer.find(displayName(object.ref))?.metadata.uid !== uid,
  );
  stage.seen(
    `${displayName(object.ref)} is there again`,
    lastArrival(observer.since(deleted)) - deleted,
    'drift: deleted object restored',
  );
}

/** Changes the blueprint: another branch, one layer more, and one source less, also in its alert. */
export async function showChange(scene: Scene): Promise<Blueprint> {
  const { stage, client, observer, blueprint } = scene;
  stage.step('Change the blueprint: another branch, one layer more, one source less');
  const changed = changeBlueprint(blueprint);
  const desired = desiredOf(changed);
  const wanted = new Set(desired.map(({ ref }) => displayName(ref)));
  const at = performance.now();
  await client.apply(changed);
  await observer.until(
    'the objects follow',
    () =>
      desired.every((object) => isAsDesired(observer, object)) &&
      observer.objects.every((object) => wanted.has(displayName(refOf(object)))),
  );
  const seen = observer.since(at);
  for (const line of new Set(seen.map(({ type, name }) => `${type.toLowerCase().padEnd(8)} ${name}`)))
    stage.show(line);
  stage.seen(
    'the objects are as the changed blueprint says, and nothing else was touched',
    lastArrival(seen) - at,
    'change: all objects follow',
  );
  return changed;
}

function changeBlueprint(blueprint: Blueprint): Blueprint {
  const spec = structuredClone(blueprint.spec);
  const [first, ...others] = spec.sources ?? [];
  if (first?.git === undefined) throw new Error('the sample begins with a Git source');
  spec.sources = [
    { ...first, git: { ...first.git, ref: { branch: 'release' } } },
    ...others.filter(({ name }) => name !== 'podinfo'),
  ];
  spec.layers = [
    ...(spec.layers ?? []),
    { name: 'tenants', dependsOn: ['apps'], source: first.name, path: './apps/tenants', kustomization: {} },
  ];
  return { ...blueprint, spec };
}

/** Makes the blueprint invalid: it is refused at once, with paths, and no object is touched. */
export async function showRefusal({ stage, client, observer, blueprint }: Scene): Promise<void> {
  stage.step('Write a mistake into the blueprint: a circle of dependencies and a name that nothing has');
  const spec = structuredClone(blueprint.spec);
  spec.layers = (spec.layers ?? []).map((layer) => {
    if (layer.name === 'infrastructure') return { ...layer, dependsOn: ['apps'] };
    return layer.name === 'apps' ? { ...layer, dependsOn: [...(layer.dependsOn ?? []), 'monitor'] } : layer;
  });
  const before = new Map(observer.objects.map((object) => [object.metadata.uid, object.metadata.generation]));
  const at = performance.now();
  const stored = await client.apply({ ...blueprint, spec });
  const written = performance.now();
  const condition = await waitFor('the blueprint is stalled', async () => {
    const { status } = (await client.blueprint(stored.metadata.namespace ?? '', stored.metadata.name)) ?? {};
    const stalled = status?.conditions?.find(({ type }) => type === 'Stalled');
    return stalled?.observedGeneration === stored.metadata.generation && stalled;
  });
  const ms = performance.now() - written;
  stage.show(...condition.message.split('\n'));
  // A status that Flux writes does not count as a touch.
  const touched = observer
    .since(at)
    .filter(
      ({ type, object: { metadata } }) =>
        type === 'Deleted' || before.get(metadata.uid) !== metadata.generation,
    );
  if (touched.length > 0)
    throw new Error(`a refused blueprint touched ${touched.map(({ name }) => name).join(', ')}`);
  stage.seen('refused with every problem and its path; no object was touched', ms, 'mistake: refused');
  await client.apply(blueprint);
}

/** Deletes the blueprint, and shows that everything is deleted in reverse order. */
export async function showDelete({ stage, client, observer, blueprint }: Scene): Promise<void> {
  stage.step('Delete the blueprint');
  const at = performance.now();
  await client.cluster.delete({
    apiVersion: API_VERSION,
    kind: KIND,
    namespace: blueprint.metadata.namespace ?? '',
    name: blueprint.metadata.name,
  });
  await observer.until('everything is gone', () => observer.objects.length === 0);
  const seen = observer.since(at).filter(({ type }) => type === 'Deleted');
  stage.show(...seen.map(({ name }) => `deleted  ${name}`));
  await waitFor(
    'the blueprint is gone',
    async () =>
      (await client.blueprint(blueprint.metadata.namespace ?? '', blueprint.metadata.name)) === undefined,
  );
  checkReverseOrder(seen, desiredOf(blueprint));
  stage.seen(
    'everything is gone, what depends before what it depends on, and the blueprint last',
    lastArrival(seen) - at,
    'delete: everything gone',
  );
}

function checkReverseOrder(seen: readonly Seen[], desired: readonly DesiredObject[]): void {
  const position = new Map(seen.map(({ name, at }) => [name, at]));
  const byId = new Map(desired.map((object) => [object.id, object]));
  for (const object of desired) {
    const gone = position.get(displayName(object.ref));
    for (const id of object.dependsOn) {
      const needed = byId.get(id);
      const neededGone = needed === undefined ? undefined : position.get(displayName(needed.ref));
      if (gone === undefined || neededGone === undefined || gone > neededGone) {
        throw new Error(`${displayName(object.ref)} was not gone before ${id}`);
      }
    }
  }
}

/** The objects that a blueprint generates. */
export function desiredOf(blueprint: Blueprint): readonly DesiredObject[] {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(`the sample does not compile: ${JSON.stringify(compiled.problems)}`);
  return compiled.desired.objects;
}

function isAsDesired(observer: Observer, { ref, manifest }: DesiredObject): boolean {
  const live = observer.find(displayName(ref));
  return live !== undefined && findDrift(manifest, live).length === 0;
}

function objectNamed(desired: readonly DesiredObject[], kind: string, name: string): DesiredObject {
  const found = desired.find(({ ref }) => ref.kind === kind && ref.name === name);
  if (found === undefined) throw new Error(`the sample has no ${kind} ${name}`);
  return found;
}

function edited(seen: readonly Seen[], ref: ObjectRef): boolean {
  return seen.some(
    ({ name, object }) =>
      name === displayName(ref) && (object['spec'] as { interval?: string }).interval === '1h',
  );
}

function versionOf(observer: Observer, id: string): string {
  const name = displayName(refOfId(id, ''));
  return observer.find(name)?.apiVersion.split('/')[1] ?? '';
}

function metadataOf({ name, namespace }: ObjectRef): KubeObject['metadata'] {
  return namespace === undefined ? { name } : { name, namespace };
}

function lastArrival(seen: readonly Seen[]): number {
  return Math.max(...seen.map(({ at }) => at));
}

function displayKey({ metadata }: Blueprint): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
