import { type Node, isBinding, partsOf } from './tree.ts';
import { TooDeep, parseCel } from './parser.ts';
import { CelError } from './tokens.ts';

/** The longest expression that is read, in characters. Of a longer one nothing is known. */
const MAX_LENGTH = 10_000;

/** Names that every environment of CEL has: types, and the first part of functions with a longer name. */
const BUILT_IN: ReadonlySet<string> = new Set([
  ...'bool bytes double duration dyn int list map null_type optional_type string timestamp type uint'.split(
    ' ',
  ),
  ...'base64 google math optional sets strings'.split(' '),
]);

const BOOLEAN_SIGNS: ReadonlySet<string> = new Set(['&&', '||', '!', '<', '<=', '>', '>=', '==', '!=', 'in']);

/**
 * Says why cel-go refuses to parse an expression; undefined where it takes it, and where nothing is known because it is
 * over 10,000 characters long or nests too deep.
 */
export function checkSyntax(expression: string): string | undefined {
  return read(expression, () => undefined);
}

/**
 * {@link checkSyntax}, and what compiling finds: Flux compiles some expressions over variables of any structure, and
 * wants a boolean. Says of nothing but unknown variables and of a value that is surely no boolean.
 *
 * @param variables the names of the variables that Flux declares
 * @param quote how a message repeats a name, which may be anything that somebody pasted
 */
export function checkCondition(
  expression: string,
  variables: readonly string[],
  quote: (name: string) => string,
): string | undefined {
  return read(expression, (tree) => {
    const unknown = findUnknown(tree, new Set(variables), new Set());
    if (unknown !== undefined)
      return `names the variable ${quote(unknown.name)} (at character ${unknown.at + 1}), and has none but ${variables.join(' and ')}`;
    return isNoBoolean(tree)
      ? 'must be true or false for CEL, and the value of a field may be anything: compare it, e.g. with `== true`'
      : undefined;
  });
}

function read(expression: string, check: (tree: Node) => string | undefined): string | undefined {
  if (expression.length > MAX_LENGTH) return undefined;
  try {
    return check(parseCel(expression));
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    if (error instanceof CelError) return `is no CEL: it ${error.message} (at character ${error.at + 1})`;
    throw error;
  }
}

/** A variable in an expression. */
type Variable = Node & { kind: 'name' };

function findUnknown(
  node: Node,
  known: ReadonlySet<string>,
  bound: ReadonlySet<string>,
): Variable | undefined {
  if (node.kind === 'name')
    return [known, bound, BUILT_IN].some((names) => names.has(node.name)) ? undefined : node;
  if (node.kind !== 'call' || !isBinding(node)) return firstOf(partsOf(node), known, bound);
  const [variable, ...rest] = node.args;
  const inner = variable?.kind === 'name' ? new Set([...bound, variable.name]) : bound;
  return (node.of && findUnknown(node.of, known, bound)) ?? firstOf(rest, known, inner);
}

function firstOf(
  nodes: readonly Node[],
  known: ReadonlySet<string>,
  bound: ReadonlySet<string>,
): Variable | undefined {
  for (const node of nodes) {
    const found = findUnknown(node, known, bound);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether CEL surely gives a value another type than boolean. */
function isNoBoolean(node: Node): boolean {
  if (node.kind === 'literal') return node.type === 'other';
  if (node.kind === 'operator') return node.sign !== '?' && !BOOLEAN_SIGNS.has(node.sign);
  if (node.kind === 'call') return node.name === 'size';
  return rootOf(node).kind === 'name';
}

function rootOf(node: Node): Node {
  let at = node;
  while (at.kind === 'select' || at.kind === 'index') at = at.of;
  return at;
}
