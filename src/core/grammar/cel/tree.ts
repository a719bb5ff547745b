/** The syntax tree of CEL, as far as somebody who never evaluates it needs one. */
export type Node =
  | { kind: 'literal'; type: 'bool' | 'other' }
  | { kind: 'name'; name: string; at: number }
  | { kind: 'select'; of: Node; field: string; at: number }
  | { kind: 'index'; of: Node; by: Node }
  | { kind: 'call'; of: Node | undefined; name: string; args: readonly Node[]; at: number }
  | { kind: 'operator'; sign: string; args: readonly Node[] }
  | { kind: 'made'; parts: readonly Node[] };

/** The macros that bind their first argument in the others, by name, each with how many arguments it has. */
const BINDING: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['map', [2, 3]],
  ['filter', [2]],
  ['optMap', [2]],
  ['optFlatMap', [2]],
]);

/** Whether a call is a macro that binds a name, as in `list.all(name, …)`. */
export function isBinding(call: Node & { kind: 'call' }): boolean {
  return call.of !== undefined && (BINDING.get(call.name)?.includes(call.args.length) ?? false);
}

/** Whether a call is the macro `has(…)`. */
export function isHas(call: Node & { kind: 'call' }): boolean {
  return call.of === undefined && call.name === 'has' && call.args.length === 1;
}

/** The nodes right below a node. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'select':
      return [node.of];
    case 'index':
      return [node.of, node.by];
    case 'call':
      return node.of === undefined ? node.args : [node.of, ...node.args];
    case 'operator':
      return node.args;
    case 'made':
      return node.parts;
    case 'literal':
    case 'name':
      return [];
  }
}
