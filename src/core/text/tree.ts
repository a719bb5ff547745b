import type { Layout, Look } from './layout.ts';
import { toOneLine } from './printable.ts';
import { fold } from './width.ts';

/** A node of a tree. */
export interface TreeNode {
  /** One character that says how it is. */
  symbol: { text: string; look: Look };
  name: string;
  /** What stands behind the name; empty parts are left out. */
  details: readonly string[];
  /** What stands below it, before its children. Default: nothing. */
  message?: string | undefined;
  children: readonly TreeNode[];
}

/** The least room for a text, in columns: in a narrower terminal lines are as wide as this. */
const MIN_ROOM = 8;

/** Prints a tree. A line that does not fit is folded below its own text, so that the branches stay whole. */
export function printTree(root: TreeNode, layout: Layout): string {
  const lines: string[] = [];
  // Not by calls of itself, so that a deep tree does no harm.
  const open = [{ node: root, branch: '', trunk: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, branch, trunk } = next;
    lines.push(...printNode(node, branch, trunk, layout));
    const last = node.children.length - 1;
    const children = node.children.map((child, i) => ({
      node: child,
      branch: `${trunk}${i === last ? '└ ' : '├ '}`,
      trunk: `${trunk}${i === last ? '  ' : '│ '}`,
    }));
    open.push(...children.reverse());
  }
  return `${lines.join('\n')}\n`;
}

function printNode(node: TreeNode, branch: string, trunk: string, { columns, paint }: Layout): string[] {
  const { symbol, name, details, message = '', children } = node;
  const below = `${trunk}${children.length > 0 ? '│ ' : '  '}`;
  // The symbol and a space stand before the text, and as much before what is folded.
  const room = columns === undefined ? Infinity : Math.max(MIN_ROOM, columns - branch.length - 2);
  const shown = details.filter((detail) => detail !== '').map(toOneLine);
  const head = foldTo([toOneLine(name), ...shown].join('  '), room);
  const rest = message === '' ? [] : foldTo(toOneLine(message), room);
  return [
    ...head.map((text, i) =>
      i === 0 ? `${branch}${paint(symbol.look, symbol.text)} ${text}` : below + text,
    ),
    ...rest.map((text) => below + paint('faint', text)),
  ];
}

function foldTo(text: string, room: number): string[] {
  return room === Infinity ? [text] : fold(text, room);
}
