import { type Document, type Node, type Pair, type Scalar } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq, visit } from 'yaml';
import { readPlainKey, readPlainScalar } from './plain-scalar.ts';

/** What is wrong in a document. `at` is the offset in the text. */
export interface Fault {
  message: string;
  at: number;
}

/**
 * Gives each unquoted scalar of a document the value that Kubernetes reads, and each key the text that it becomes.
 * Changes the document. Returns what Kubernetes would refuse, and what it would read but we could not keep.
 */
export function convertDocument(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  // The library would search the whole document for each alias.
  const anchors = new Map<string, Node>();
  const note = (node: Node & { anchor?: string }): void => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  };
  visit(document, {
    Scalar: (place, scalar) => {
      note(scalar);
      if (place !== 'key' && isUntyped(scalar)) convertValue(scalar, faults);
    },
    Seq: (_, list) => {
      note(list);
    },
    Map: (_, map) => {
      note(map);
      const seen = new Set<unknown>();
      for (const { key } of map.items) convertKey(key, seen, faults);
    },
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isMerge(key) || isMergeable(value, anchors)) return;
      faults.push({ message: 'the value of << must be a map, or a list of maps', at: offsetOf(key) });
    },
  });
  return faults;
}

/** Whether a scalar has neither quotes nor a tag, so that its text says its type. */
function isUntyped(scalar: Scalar): boolean {
  return scalar.type === 'PLAIN' && scalar.tag === undefined && scalar.source !== undefined;
}

function convertValue(scalar: Scalar, faults: Fault[]): void {
  const value = readPlainScalar(scalar.source ?? '');
  if (typeof value !== 'object' || value === null) {
    scalar.value = value;
    return;
  }
  const why =
    value.unkept === 'too long'
      ? 'the integer has more digits than are kept exactly'
      : `a value that is ${value.unkept} cannot be sent to a cluster`;
  faults.push({ message: `${why}: quote it, if text will do`, at: offsetOf(scalar) });
}

function convertKey(key: Pair['key'], seen: Set<unknown>, faults: Fault[]): void {
  if (isMap(key) || isSeq(key)) {
    const message = 'a map or list cannot be a key: quote the value, if it is a template such as {{ x }}';
    faults.push({ message, at: offsetOf(key) });
    return;
  }
  if (!isScalar(key) || isMerge(key)) return;
  if (isUntyped(key)) {
    const text = readPlainKey(key.source ?? '');
    if (text === undefined) {
      faults.push({ message: 'null, or so large an integer, cannot be a key: quote it', at: offsetOf(key) });
      return;
    }
    key.value = text;
  }
  if (seen.has(key.value)) faults.push({ message: 'Map keys must be unique', at: offsetOf(key) });
  seen.add(key.value);
}

function isMerge(key: Scalar): boolean {
  return isUntyped(key) && key.source === '<<';
}

function isMergeable(value: unknown, anchors: ReadonlyMap<string, Node>, inList = false): boolean {
  if (isMap(value)) return true;
  if (isAlias(value)) {
    const meant = anchors.get(value.source);
    return isMap(meant) || (!inList && isSeq(meant));
  }
  return !inList && isSeq(value) && value.items.every((item) => isMergeable(item, anchors, true));
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
