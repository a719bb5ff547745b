import { posix } from 'node:path';
import ts from 'typescript';

/** What the files of one folder of src may import. */
interface Arrow {
  /** Folders of ours, beside the own. */
  ours: readonly string[];
  packages: readonly string[];
  /** Builtins of Node, or all of them. */
  node: readonly string[] | 'all';
}

const ALL_OURS = ['api', 'core', 'ports', 'runtime', 'operator', 'kube', 'cli', 'web'];

/** The arrows between the folders of src; a folder that is not here may not exist. */
export const ARROWS: Readonly<Record<string, Arrow>> = {
  api: { ours: [], packages: ['typebox'], node: [] },
  core: { ours: ['api'], packages: ['yaml'], node: [] },
  ports: { ours: ['api'], packages: [], node: [] },
  runtime: { ours: ['ports', 'api'], packages: [], node: [] },
  operator: { ours: ['core', 'ports', 'api'], packages: [], node: ['node:crypto'] },
  kube: { ours: ['ports', 'api'], packages: ['@kubernetes/client-node', 'undici'], node: 'all' },
  cli: { ours: ['core', 'api'], packages: ['commander'], node: 'all' },
  web: { ours: ['core', 'ports', 'api'], packages: [], node: 'all' },
  app: {
    ours: ALL_OURS,
    packages: [
      ...['winston', '@dot-i/k8s-operator', 'commander', 'age-encryption', '@marcbachmann/cel-js'],
      ...['@prometheus-io/client', '@peculiar/x509', 'reflect-metadata'],
    ],
    node: 'all',
  },
};

/** Folders whose code gives the same answer to the same question, and at once. */
const PURE = new Set(['api', 'core']);

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
    const folder = path.split('/')[0] ?? '';
    const arrow = ARROWS[folder];
    if (arrow === undefined) return [`${path}: ${folder} is no folder of src that has arrows`];
    const found = importsOf(file).flatMap((name) => forbidden(path, folder, name, arrow));
    const impure = PURE.has(folder) ? impuritiesOf(file) : [];
    return [...found, ...impure].map((what) => `${path}: ${what}`);
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

function forbidden(path: string, folder: string, name: string, arrow: Arrow): string[] {
  if (name.startsWith('.')) {
    const [target = ''] = posix.join(posix.dirname(path), name).split('/');
    return target === folder || arrow.ours.includes(target) ? [] : [`imports ${target} (${name})`];
  }
  if (name.startsWith('node:')) {
    return arrow.node === 'all' || arrow.node.includes(name) ? [] : [`imports ${name}`];
  }
  const parts = name.split('/').slice(0, name.startsWith('@') ? 2 : 1);
  return arrow.packages.includes(parts.join('/')) ? [] : [`imports ${name}`];
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
