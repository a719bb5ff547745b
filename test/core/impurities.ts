import ts from 'typescript';

/** What code names that gives another answer to the same question. */
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

/**
 * What of a pure file is not pure: reads of the clock, chance, the process, the network, and what is not synchronous.
 */
export function impuritiesOf(file: ts.SourceFile): string[] {
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
