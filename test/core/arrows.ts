import { posix } from 'node:path';
import ts from 'typescript';

/** What the files of one room may import. A room is a folder of src; a folder within it is a room of its own. */
interface Arrow {
  /** Other rooms. */
  ours: readonly string[];
  /** Packages. Default: none. */
  packages?: readonly string[];
  /** Builtins of Node, or all of them. Default: none. */
  node?: readonly string[] | 'all';
}

/**
 * The rooms of src, from the lowest floor up, each with what it may import: only rooms that stand above it in this list,
 * so that no arrow runs up and no circle can arise. A folder that is not here may not exist.
 */
export const ARROWS: Readonly<Record<string, Arrow>> = {
  api: { ours: [] },
  'core/graph': { ours: [] },
  'api/schema/shapes': { ours: ['api'], packages: ['typebox'] },
  ports: { ours: ['api'] },
  'api/schema/blocks': { ours: ['api/schema/shapes'], packages: ['typebox'] },
  'app/logging': { ours: ['ports'], packages: ['lru-cache', 'winston'] },
  'core/values': { ours: ['api', 'api/schema/shapes'] },
  'kube/http': { ours: ['api', 'ports'], packages: ['@kubernetes/client-node', 'undici'], node: 'all' },
  runtime: { ours: ['ports'] },
  'api/schema': { ours: ['api', 'api/schema/shapes', 'api/schema/blocks'], packages: ['typebox'] },
  'core/credentials': { ours: ['api/schema/shapes', 'core/values'], packages: ['yaml'] },
  kube: { ours: ['api', 'ports', 'kube/http'], packages: ['lru-cache'] },
  'kube/lease': { ours: ['api', 'ports', 'kube/http'] },
  'kube/watch': { ours: ['api', 'ports', 'kube/http'] },
  'core/objects': { ours: ['api', 'api/schema/shapes', 'core/values', 'api/schema'] },
  'core/validation': { ours: ['api', 'api/schema/shapes', 'core/values', 'core/credentials'] },
  'app/metrics': { ours: ['ports', 'core/objects'], packages: ['@prometheus-io/client'] },
  'core/health': { ours: ['api', 'core/values', 'api/schema', 'core/objects'] },
  'core/kinds': {
    ours: ['api', 'api/schema/shapes', 'api/schema/blocks', 'core/values', 'api/schema', 'core/validation'],
  },
  'core/lint/model': { ours: ['api', 'core/values', 'api/schema', 'core/objects'] },
  'core/yaml': { ours: ['api', 'core/values', 'core/validation'], packages: ['yaml'] },
  'app/http': {
    ours: ['ports', 'kube/http', 'app/metrics'],
    packages: ['@peculiar/x509', 'lru-cache', 'reflect-metadata'],
    node: 'all',
  },
  'core/compile/model': {
    ours: [
      'api',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/objects',
      'core/validation',
      'core/kinds',
    ],
  },
  'core/lint/rules': {
    ours: [
      'api',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/credentials',
      'core/objects',
      'core/kinds',
      'core/lint/model',
    ],
  },
  'core/plan': {
    ours: ['api', 'api/schema/shapes', 'core/values', 'api/schema', 'core/objects', 'core/health'],
  },
  'core/compile/environments': {
    ours: [
      'api',
      'core/graph',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/validation',
      'core/kinds',
      'core/compile/model',
    ],
  },
  'core/lint': { ours: ['api', 'core/values', 'api/schema', 'core/lint/model', 'core/lint/rules'] },
  'core/status': {
    ours: [
      'api',
      'core/values',
      'api/schema',
      'core/objects',
      'core/validation',
      'core/health',
      'core/lint/model',
      'core/plan',
    ],
  },
  'core/compile/draft': {
    ours: [
      'api',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/validation',
      'core/kinds',
      'core/yaml',
      'core/compile/model',
      'core/compile/environments',
    ],
  },
  'core/compile/check': {
    ours: [
      'api',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/validation',
      'core/kinds',
      'core/compile/model',
      'core/compile/draft',
    ],
  },
  'core/compile/link': {
    ours: [
      'api',
      'core/graph',
      'api/schema/shapes',
      'core/values',
      'core/validation',
      'core/kinds',
      'core/compile/model',
      'core/compile/draft',
    ],
  },
  'core/compile': {
    ours: [
      'api',
      'api/schema/shapes',
      'core/values',
      'api/schema',
      'core/objects',
      'core/validation',
      'core/kinds',
      'core/compile/model',
      'core/compile/environments',
      'core/compile/draft',
      'core/compile/check',
      'core/compile/link',
    ],
  },
  cli: {
    ours: [
      'api',
      'core/values',
      'api/schema',
      'core/validation',
      'core/yaml',
      'core/compile/model',
      'core/lint',
      'core/compile',
    ],
    packages: ['commander'],
    node: 'all',
  },
  'operator/memory': {
    ours: [
      'api',
      'api/schema',
      'core/objects',
      'core/validation',
      'core/health',
      'core/compile/model',
      'core/plan',
      'core/lint',
      'core/compile',
    ],
    packages: ['lru-cache'],
    node: ['node:crypto'],
  },
  'operator/context': {
    ours: [
      'api',
      'ports',
      'api/schema',
      'core/objects',
      'core/validation',
      'core/compile/model',
      'core/plan',
      'core/lint',
      'core/status',
      'operator/memory',
    ],
  },
  'operator/lint': {
    ours: [
      'api',
      'ports',
      'core/values',
      'core/objects',
      'core/validation',
      'core/kinds',
      'core/lint',
      'operator/memory',
      'operator/context',
    ],
  },
  'operator/observe': {
    ours: [
      'api',
      'ports',
      'core/objects',
      'core/health',
      'core/plan',
      'core/compile/environments',
      'core/status',
      'operator/memory',
      'operator/context',
    ],
  },
  'operator/watch': {
    ours: [
      'api',
      'ports',
      'core/values',
      'api/schema',
      'core/objects',
      'core/kinds',
      'core/compile/model',
      'operator/context',
    ],
  },
  'operator/compile': {
    ours: [
      'api',
      'ports',
      'core/values',
      'api/schema',
      'core/status',
      'operator/memory',
      'operator/context',
      'operator/lint',
    ],
  },
  'operator/plan': {
    ours: [
      'api',
      'ports',
      'core/values',
      'core/objects',
      'core/plan',
      'operator/memory',
      'operator/context',
      'operator/observe',
    ],
  },
  'operator/prune': {
    ours: [
      'api',
      'ports',
      'core/objects',
      'core/plan',
      'core/status',
      'operator/context',
      'operator/observe',
    ],
  },
  'operator/status': {
    ours: [
      'api',
      'ports',
      'core/values',
      'api/schema',
      'core/objects',
      'core/plan',
      'core/status',
      'operator/memory',
      'operator/context',
      'operator/lint',
      'operator/observe',
      'operator/plan',
      'operator/prune',
    ],
  },
  'operator/apply': {
    ours: [
      'api',
      'ports',
      'core/values',
      'core/objects',
      'core/kinds',
      'core/plan',
      'core/status',
      'operator/context',
      'operator/lint',
      'operator/observe',
      'operator/plan',
      'operator/status',
    ],
  },
  operator: {
    ours: [
      'api',
      'ports',
      'core/objects',
      'core/plan',
      'core/status',
      'operator/memory',
      'operator/context',
      'operator/compile',
      'operator/plan',
      'operator/prune',
      'operator/status',
      'operator/apply',
    ],
  },
  app: {
    ours: [
      'api',
      'ports',
      'app/logging',
      'kube/http',
      'runtime',
      'kube',
      'kube/lease',
      'kube/watch',
      'core/objects',
      'app/metrics',
      'app/http',
      'cli',
      'operator/context',
      'operator/watch',
      'operator',
    ],
    packages: ['@dot-i/k8s-operator', '@marcbachmann/cel-js', 'age-encryption', 'commander'],
    node: 'all',
  },
};

/** Rooms whose code gives the same answer to the same question, and at once. */
const isPure = (room: string): boolean => /^(api|core)(\/|$)/.test(room);

/** A comment about the whole file: it stands above the imports, or apart from what follows. */
const OPENS_ROOM = /^(?:#![^\n]*\n)?\/\*\*(?:(?!\*\/)[^])*\*\/\n(?:\n|import )/;

/** The most files that lie loose in one room; a room with one file a kind or a rule has as many as there are. */
const MAX_LOOSE = 13;
const ONE_FILE_EACH = new Set(['core/kinds', 'core/lint/rules']);

const IMPURE_NAMES = new Set([
  ...['process', 'console', 'global', 'globalThis', 'require', 'eval', 'Function', 'Intl'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'performance', 'crypto'],
  ...['Promise', 'XMLHttpRequest', 'WebSocket', 'Worker', 'SharedArrayBuffer', 'Atomics'],
]);

/** Members that read the clock, chance, or the machine's language. */
const IMPURE_MEMBERS = new Set([
  ...['Date.now', 'Math.random'],
  ...['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'],
]);

/** What breaks the arrows, as `path: what`. `files` holds sources by their path below src. */
export function findViolations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const room = posix.dirname(path);
    const arrow = ARROWS[room];
    if (arrow === undefined) return [`${path}: ${room} is no room of src that has arrows`];
    const found = importsOf(file).flatMap((name) => forbidden(path, room, name, arrow));
    const impure = isPure(room) ? impuritiesOf(file) : [];
    return [...found, ...impure].map((what) => `${path}: ${what}`);
  });
}

/** The arrows of {@link ARROWS} that run up: to a room that does not stand above in the list. */
export function findUpwardArrows(arrows: Readonly<Record<string, Arrow>> = ARROWS): string[] {
  const floors = new Map(Object.keys(arrows).map((room, i) => [room, i]));
  return Object.entries(arrows).flatMap(([room, { ours }]) =>
    ours
      .filter((other) => (floors.get(other) ?? Infinity) >= (floors.get(room) ?? 0))
      .map((other) => `${room} -> ${other}`),
  );
}

/** The files that import each other in a circle, each circle once as the files along it. */
export function findFileCircles(files: ReadonlyMap<string, string>): string[][] {
  const targets = new Map(
    [...files].map(([path, text]) => {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const own = importsOf(file).filter((name) => name.startsWith('.'));
      return [path, own.map((name) => posix.join(posix.dirname(path), name))] as const;
    }),
  );
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) circles.push(way.slice(start));
    if (start >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}

/** What is wrong with the rooms themselves: too many loose files, or no file that opens with what the room is for. */
export function findUntidyRooms(files: ReadonlyMap<string, string>): string[] {
  const rooms = Map.groupBy(files, ([path]) => posix.dirname(path));
  return [...rooms].flatMap(([room, members]) => {
    const crowded = members.length > MAX_LOOSE && !ONE_FILE_EACH.has(room);
    const opened = members.some(([, text]) => OPENS_ROOM.test(text));
    return [
      ...(crowded ? [`${room}: ${members.length} loose files`] : []),
      ...(opened ? [] : [`${room}: no file opens with a comment of what lives here`]),
    ];
  });
}

/** Every module that a file names: in imports, exports, types, and calls of import. */
function importsOf(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined)
      names.push(ts.isStringLiteralLike(specifier) ? specifier.text : 'a computed module');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
  const called = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return called ? node.arguments[0] : undefined;
}

function forbidden(
  path: string,
  room: string,
  name: string,
  { ours, packages = [], node = [] }: Arrow,
): string[] {
  if (name.startsWith('.')) {
    const target = posix.dirname(posix.join(posix.dirname(path), name));
    return target === room || ours.includes(target) ? [] : [`imports ${target} (${name})`];
  }
  if (name.startsWith('node:')) {
    return node === 'all' || node.includes(name) ? [] : [`imports ${name}`];
  }
  const parts = name.split('/').slice(0, name.startsWith('@') ? 2 : 1);
  return packages.includes(parts.join('/')) ? [] : [`imports ${name}`];
}

function impuritiesOf(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = impurityOf(node);
    if (what !== undefined) found.push(what);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function impurityOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return IMPURE_NAMES.has(node.text) && isRead(node) ? node.text : undefined;
  if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword)
    return 'async or await';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return impureMember(node);
  return impureDate(node);
}

function impureMember(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  const member = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  const name = ts.isIdentifier(member) || ts.isStringLiteralLike(member) ? member.text : '';
  const full = `${node.expression.getText()}.${name}`;
  if (IMPURE_MEMBERS.has(full)) return full;
  return IMPURE_MEMBERS.has(name) ? name : undefined;
}

/** `new Date()` and `Date()` read the clock; `new Date(text)` does not. */
function impureDate(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  const clock = ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length;
  return clock ? 'new Date()' : undefined;
}

/** Whether an identifier stands for a value, and not for a member, a key or a type. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const named =
    ts.isTypeReferenceNode(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent);
  return !named && !ts.isMethodDeclaration(parent) && !ts.isPropertyDeclaration(parent);
}
