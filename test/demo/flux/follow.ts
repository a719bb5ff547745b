import { displayName, type KubeObject } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Condition } from '../../../src/api/schema/status.ts';
import { describeHeld, desiredOf, type Scene } from '../scenes.ts';
import { formatMs } from '../stage.ts';
import { drawTree } from '../tree.ts';
import { LiveView } from './live-view.ts';
import { findReached, lastReached, type Reached } from './state-log.ts';
import { waitFor } from '../../harness/wait-for.ts';

const MARKS: Readonly<Record<string, string>> = { Ready: '✔', Failed: '✘', Blocked: '○', Suspended: '‖' };

/**
 * Shows the tree of a blueprint as it fills in, with the time at which each object came to its state, until `isDone`.
 * Answers the Ready condition that the blueprint has then.
 * @param since the moment from which times count (monotonic, milliseconds)
 */
export async function followTree(
  { client, observer, blueprint }: Scene,
  since: number,
  isDone: (ready: Condition, objects: readonly KubeObject[]) => boolean,
): Promise<Condition> {
  const view = new LiveView(process.stdout);
  const { name, namespace = '' } = blueprint.metadata;
  let picture: string[] = [];
  const value = await waitFor('the tree is as it should be', async () => {
    const stored = await client.blueprint(namespace, name);
    const ready = readyOf(stored);
    const reached = findReached(observer.since(0), since);
    const title = `FluxBlueprint ${name}  ${describeReady(ready)}  ${formatMs(performance.now() - since)}`;
    picture = draw(title, blueprint, observer.objects, lastReached(reached));
    view.show(picture, reached.map(describeReached));
    return ready !== undefined && isDone(ready, observer.objects) ? ready : undefined;
  });
  view.end(picture);
  return value;
}

/** The Ready condition of a blueprint, where it is about its present generation. */
function readyOf(blueprint: Blueprint | undefined): Condition | undefined {
  return blueprint?.status?.conditions?.find(({ type, observedGeneration }) => {
    return type === 'Ready' && observedGeneration === blueprint.metadata.generation;
  });
}

function describeReady(ready: Condition | undefined): string {
  if (ready === undefined) return '';
  return ready.status === 'True' ? 'Ready' : (ready.message.split('\n')[0] ?? '');
}

function draw(
  title: string,
  blueprint: Blueprint,
  objects: readonly KubeObject[],
  last: ReadonlyMap<string, Reached>,
): string[] {
  const present = new Set(objects.map(nameOf));
  const held = desiredOf(blueprint).filter(
    ({ ref, createAfter }) => createAfter.length > 0 && !present.has(displayName(ref)),
  );
  const layers = (blueprint.spec.layers ?? []).map(({ name }) => name);
  const waiting = [...describeHeld(held)].map(
    ([layer, lines]) => [layer, lines.map((line) => `○ ${line}`)] as const,
  );
  const lines = drawTree(title, objects, layers, new Map(waiting), (object) => {
    return describeState(object, last.get(nameOf(object)));
  });
  return lines.map((line) => `   ${line}`);
}

function describeState({ kind, metadata }: KubeObject, reached: Reached | undefined): string {
  const what = `${kind.padEnd(15)} ${metadata.name.padEnd(16)}`;
  // Its state has not changed.
  if (reached === undefined) return `  ${what}`;
  const { state, message, revision, ms } = reached;
  const said = state === 'Ready' ? revision : `${state}  ${message}`;
  return `${MARKS[state] ?? '…'} ${what} ${formatMs(ms).padStart(7)}  ${said}`.trimEnd();
}

function describeReached({ object, state, message, revision, ms }: Reached): string {
  const what = `${object.kind.padEnd(15)} ${object.metadata.name.padEnd(16)}`;
  const said = state === 'Ready' ? revision : message;
  return `   ${formatMs(ms).padStart(7)}  ${what} ${state.padEnd(11)} ${said}`.trimEnd();
}

function nameOf(object: KubeObject): string {
  return displayName({ ...object, ...object.metadata });
}
