import { posix } from 'node:path';
import ts from 'typescript';
import { impuritiesOf } from './impurities.ts';
import { ARROWS, type Arrow } from './rooms.ts';

/** Rooms whose code gives the same answer to the same question, and at once. */
const isPure = (room: string): boolean => /^(api|core)(\/|$)/.test(room);

/** A comment about the whole file: it stands above the imports, or apart from what follows. */
const OPENS_ROOM = /^(?:#![^\n]*\n)?\/\*\*(?:(?!\*\/)[^])*\*\/\n(?:\n|import )/;

/** The most files that lie loose in one room; a room with one file a kind or a rule has as many as there are. */
const MAX_LOOSE = 13;
const ONE_FILE_EACH = new Set(['core/kinds', 'core/lint/rules']);

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
export function findUpwardArrows(arrows: Readonly<Record<string, Pick<Arrow, 'ours'>>> = ARROWS): string[] {
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

function forbidden(path: string, room: string, name: string, { ours, packages, node }: Arrow): string[] {
  if (name.startsWith('.')) {
    const target = posix.dirname(posix.join(posix.dirname(path), name));
    return target === room || ours.includes(target) ? [] : [`imports ${target} (${name})`];
  }
  const parts = name.split('/').slice(0, name.startsWith('@') ? 2 : 1);
  const allowed = name.startsWith('node:')
    ? node.includes(name) || node.includes('node:*')
    : packages.includes(parts.join('/'));
  return allowed ? [] : [`imports ${name}`];
}
