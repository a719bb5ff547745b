import type { SeededRandom } from '../../harness/random.ts';

type Node = Record<string | number, unknown>;

interface Place {
  parent: Node;
  key: string | number;
}

/** A value as hostile as a parser can make it. */
function hostile(random: SeededRandom): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => random.pick([0, -1, 1.5, 1e308, -0, Number.MAX_SAFE_INTEGER]),
    () => random.pick([true, false]),
    () =>
      random.pick([
        '',
        ' ',
        '\u0000',
        '__proto__',
        'constructor',
        '../../..',
        '${X}',
        '\ud800',
        'a/b',
        '/',
        'null',
      ]),
    () => random.pick(['x', 'é', '0', '/', '.']).repeat(100_000),
    () => random.pick([[], {}, [[]], [null], { name: {} }, [{}], { '': 1 }]),
    () => nest(random, 100),
    () => JSON.parse('{"__proto__": {"polluted": true, "name": "x"}}') as unknown,
    () => ({ constructor: { prototype: { polluted: true } } }),
    () => Array.from({ length: 600 }, (_, i) => ({ name: `n${i}`, kustomization: {} })),
  ])();
}

function nest(random: SeededRandom, depth: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i++)
    value = random.chance(0.5) ? [value] : { [random.pick(['a', 'ref', 'values'])]: value };
  return value;
}

function placesOf(value: unknown, places: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return places;
  const parent = value as Node;
  for (const key of Object.keys(value)) {
    const place = Array.isArray(value) ? Number(key) : key;
    places.push({ parent, key: place });
    placesOf(parent[place], places);
  }
  return places;
}

/** Sets an own field whatever its name. */
function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Fields of the API with values that may fit where they are put, or not at all. */
const FIELDS: readonly (readonly [string, unknown])[] = [
  [
    'environments',
    [{ name: 'e' }, { name: 'f', suffix: '', after: 'e', layers: [{ name: 'apps', omit: true }] }],
  ],
  ['layers', [{ name: 'apps', omit: true }]],
  ['components', [{ name: 'web', omit: true }]],
  ['components', []],
  ['omit', true],
  ['suffix', '-x'],
  ['after', 'e'],
  ['suspend', true],
  ['kubeConfig', { secretRef: { name: 'remote' } }],
  ['object', { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec: { interval: 5 } }],
  ['object', { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'ExternalArtifact', spec: {} }],
  ['namespaces', [{ name: 'apps', deletionPolicy: 'Delete' }]],
  ['commonMetadata', { labels: { __proto__x: 'y' }, annotations: { constructor: 'z' } }],
  ['metadata', { labels: { 'fluxblueprint.io/name': 'x' } }],
  ['dependsOn', ['apps', 'apps/', 'apps/web', '/', '', 'apps/web/x']],
  ['dependsOnObjects', [{ apiVersion: 'v1', kind: 'Secret', name: 'a', readyExpr: '(((' }]],
  [
    'secrets',
    {
      sops: { age: { generate: true } },
      externalSecrets: [{ name: 'x', dependsOn: ['apps'], dataFrom: [{ extract: { key: 'app' } }] }],
    },
  ],
  ['creationRules', [{ age: ',,' }, {}, { key_groups: [] }]],
  ['receivers', [{ name: 'r', type: 'github', secretRef: { name: 'token' } }]],
  ['defaults', { kustomization: { kubeConfig: 5 }, helmRelease: { values: { chart: 1 } } }],
  ['serviceAccountName', 'admin'],
  ['rollout', {}],
  ['unset', ['spec', '__proto__.x', 'values.a', '']],
];

/** Changes a JSON value in one place, for the worse. */
export function mutate(root: unknown, random: SeededRandom): void {
  const places = placesOf(root);
  const { parent, key } = random.pick(places);
  const other = random.pick(places);
  random.pick<() => void>([
    () => {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
    },
    () => {
      put(parent, String(key), hostile(random));
    },
    () => {
      if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
      else put(parent, `${String(key)}-2`, structuredClone(parent[key]));
    },
    () => {
      put(parent, String(key), structuredClone(other.parent[other.key]));
    },
    () => {
      const [name, value] = random.pick(FIELDS);
      if (!Array.isArray(parent)) put(parent, name, structuredClone(value));
      else parent[Number(key)] = structuredClone(value);
    },
    () => {
      // No parser gives a list such fields.
      const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'x'];
      if (!Array.isArray(parent)) put(parent, random.pick(names), hostile(random));
      else parent.unshift(hostile(random));
    },
  ])();
}
