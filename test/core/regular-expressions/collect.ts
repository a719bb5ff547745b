import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';

const SRC = new URL('../../../src/', import.meta.url);

/** A regular expression of `src`, and where it stands. */
export interface Found {
  where: string;
  expression: RegExp;
}

/** Every regular expression that is written in `src`, in its syntax. */
export function collectLiterals(): Found[] {
  return readSources().flatMap(({ path, file }) =>
    nodesOf(file)
      .filter((node) => ts.isRegularExpressionLiteral(node))
      .map((node) => {
        const end = node.text.lastIndexOf('/');
        return { where: path, expression: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) };
      }),
  );
}

/** The arguments of every `new RegExp` in `src`. */
export function collectMade(): string[] {
  return readSources().flatMap(({ path, file }) =>
    nodesOf(file)
      .filter((node) => ts.isNewExpression(node) || ts.isCallExpression(node))
      .filter(({ expression }) => expression.getText(file) === 'RegExp')
      .map((node) => `${path}: ${node.arguments?.[0]?.getText(file) ?? ''}`),
  );
}

/** Every pattern of the schemas that a blueprint is checked against: its own and those of Flux's kinds. */
export function collectPatterns(): Found[] {
  const found = new Map<string, Found>();
  const visit = (value: unknown, where: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, below] of Object.entries(value)) {
      if (key === 'pattern' && typeof below === 'string')
        found.set(below, { where, expression: new RegExp(below, 'u') });
      else visit(below, where);
    }
  };
  visit(Blueprint, 'the schema of a blueprint');
  for (const [kind, schema] of Object.entries(FLUX_SCHEMAS)) visit(schema, kind);
  return [...found.values()];
}

function readSources(): { path: string; file: ts.SourceFile }[] {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return paths.sort().map((path) => {
    const text = readFileSync(new URL(path, SRC), 'utf8');
    return { path, file: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
  });
}

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
}
