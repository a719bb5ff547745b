import { Label } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Json } from '../../src/api/object.ts';
import { isObject, valueAt } from '../../src/core/values/json.ts';

/** The heading of objects that belong to no layer, by their kind. */
const HEADINGS: Readonly<Record<string, string>> = { Provider: 'notifications', Alert: 'notifications' };

/**
 * Draws generated objects as a tree, by layer in the given order. `held` has lines about objects that are held back.
 * @param describe describes an object in one line; default: by the main fields of its spec
 */
export function drawTree(
  title: string,
  objects: readonly KubeObject[],
  layers: readonly string[],
  held: ReadonlyMap<string, readonly string[]>,
  describe: (object: KubeObject) => string = describeSpec,
): string[] {
  const groups = new Map<string, string[]>([
    ['sources', []],
    ...layers.map((layer): [string, string[]] => [layer, []]),
    ['notifications', []],
  ]);
  for (const object of [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const layer = object.metadata.labels?.[Label.Layer] ?? HEADINGS[object.kind] ?? 'sources';
    groups.get(layer)?.push(describe(object));
  }
  for (const [layer, lines] of held) groups.get(layer)?.push(...lines);
  const filled = [...groups].filter(([, lines]) => lines.length > 0);
  return [
    title,
    ...filled.flatMap(([heading, lines], i) => {
      const last = i === filled.length - 1;
      return [
        `${last ? '└─' : '├─'} ${heading}`,
        ...lines.map((line, j) => `${last ? '   ' : '│  '}${j === lines.length - 1 ? '└─' : '├─'} ${line}`),
      ];
    }),
  ];
}

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function describeSpec(object: KubeObject): string {
  const spec = (object['spec'] ?? {}) as Json;
  const facts = [
    text(spec, ['url']),
    text(spec, ['path']),
    text(spec, ['chart', 'spec', 'chart']),
    text(spec, ['type']),
    prefix('every ', text(spec, ['interval'])),
    prefix('after ', names(valueAt(spec, ['dependsOn']))),
    prefix('decrypts with ', text(spec, ['decryption', 'secretRef', 'name'])),
    prefix('hears ', names(valueAt(spec, ['eventSources']))),
  ];
  return [
    `${object.kind.padEnd(15)} ${object.metadata.name.padEnd(16)}`,
    ...facts.filter((fact) => fact !== undefined),
  ].join('  ');
}

function text(spec: Json, steps: string[]): string | undefined {
  const value = valueAt(spec, steps);
  return typeof value === 'string' ? value : undefined;
}

function prefix(word: string, fact: string | undefined): string | undefined {
  return fact === undefined ? undefined : word + fact;
}

function names(list: Json | undefined): string | undefined {
  if (!Array.isArray(list)) return undefined;
  return list
    .filter(isObject)
    .map((entry) => (typeof entry['name'] === 'string' ? entry['name'] : '?'))
    .join(', ');
}
