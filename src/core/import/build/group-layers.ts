import { orderNodes, waveOfEach } from '../../graph/order.ts';
import { isObject, own } from '../../values/json.ts';
import { compare } from '../../values/path.ts';
import { type Entry, entryKey } from './entry.ts';
import { Names } from './names.ts';

/** The ways to make layers of components: by what they are grouped, or a layer for each. */
export const LAYERINGS = ['namespace', 'folder', 'depends-on', 'component'] as const;

/** One of {@link LAYERINGS}. */
export type Layering = (typeof LAYERINGS)[number];

/** A layer: one component, which has its name, or a list of them. */
export interface LayerGroup {
  name: string;
  /** Whether it is one component, and no list. */
  single: boolean;
  members: Member[];
}

/** A component, and its name in its layer. */
export interface Member {
  entry: Entry;
  name: string;
}

/** The most components of one layer. */
const MAX_COMPONENTS = 500;

/**
 * Groups components into layers, in the order of their files.
 *
 * @param folderDepth by how many folders they are grouped, from the first in which their files differ; from 1
 */
export function groupLayers(
  entries: readonly Entry[],
  layering: Layering,
  folderDepth: number,
): LayerGroup[] {
  const labelOf = labelling(entries, layering, folderDepth);
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const label = labelOf(entry);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [entry]);
    else group.push(entry);
  }
  const names = new Names();
  return [...groups].flatMap(([label, members]) => chunk(members).map((part) => toGroup(label, part, names)));
}

function chunk(members: readonly Entry[]): Entry[][] {
  const parts: Entry[][] = [];
  for (let i = 0; i < members.length; i += MAX_COMPONENTS) parts.push(members.slice(i, i + MAX_COMPONENTS));
  return parts;
}

function toGroup(label: string, members: readonly Entry[], names: Names): LayerGroup {
  const [only, ...more] = members;
  if (only !== undefined && more.length === 0) {
    const name = names.take(only.name, `${only.namespace}-${only.name}`, `${only.name}-${only.kind}`);
    return { name, single: true, members: [{ entry: only, name }] };
  }
  const within = new Names();
  return {
    name: names.take(...labelsOf(label)),
    single: false,
    members: members.map((entry) => ({
      entry,
      name: within.take(entry.name, `${entry.name}-${entry.kind}`, `${entry.namespace}-${entry.name}`),
    })),
  };
}

function labelling(
  entries: readonly Entry[],
  layering: Layering,
  folderDepth: number,
): (entry: Entry) => string {
  switch (layering) {
    case 'namespace':
      return ({ namespace }) => (namespace === '' ? 'cluster' : namespace);
    case 'folder':
      return labelByFolder(entries, folderDepth);
    case 'depends-on':
      return labelByLevel(entries);
    case 'component':
      return ({ key }) => key;
  }
}

/** The first parts of a file's path in which the files differ, and not the file itself where it is in a folder. */
function labelByFolder(entries: readonly Entry[], depth: number): (entry: Entry) => string {
  const paths = entries.map(({ source }) => source.file.split('/'));
  const [first = []] = paths;
  let shared = 0;
  while (
    shared < first.length - 1 &&
    paths.every((path) => path.length > shared + 1 && path[shared] === first[shared])
  )
    shared += 1;
  return ({ source }) => {
    const parts = source.file.split('/').slice(shared);
    return parts
      .slice(0, Math.max(1, Math.min(depth, parts.length - 1)))
      .join('/')
      .replace(/\.ya?ml$/, '');
  };
}

/** The names for a group: by its last folder, or by all. */
function labelsOf(label: string): string[] {
  return [label.slice(label.lastIndexOf('/') + 1), label];
}

/** How many components wait for each other before this one. Those in a circle are all at the first level. */
function labelByLevel(entries: readonly Entry[]): (entry: Entry) => string {
  const sorted = [...entries].sort((a, b) => compare(a.key, b.key));
  const index = new Map(sorted.map((entry, i) => [entry.key, i]));
  const links = sorted.map((entry) =>
    dependenciesOf(entry).flatMap(({ key }) => {
      const to = index.get(key);
      return to === undefined ? [] : [{ to, explicit: true, native: true }];
    }),
  );
  const ordered = orderNodes(links);
  const waves = 'order' in ordered ? waveOfEach(links, ordered.order) : [];
  return (entry) => `level-${(waves[index.get(entry.key) ?? 0] ?? 0) + 1}`;
}

/** A dependency in Flux's own form. */
export interface Dependency {
  /** The key of what it names. */
  key: string;
  /** Whether it names an object and says nothing else. */
  plain: boolean;
}

/** What an object depends on by Flux's own `dependsOn`. */
export function dependenciesOf({ spec, home, source, kind, namespace }: Entry): Dependency[] {
  const list = home.at === 'layers' && home.block !== 'object' ? own(spec, 'dependsOn') : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((item) => {
    const { name, namespace: other, ...more } = item;
    const plain = typeof name === 'string' && Object.keys(more).length === 0;
    const where = typeof other === 'string' ? other : namespace;
    return { key: entryKey(source.group, kind, where, typeof name === 'string' ? name : ''), plain };
  });
}
