/**
 * `docs/scale.md`: what an operator costs for how many blueprints. Its table and its plot are made from what the
 * benchmark `growth` found, so that no number in them is typed: `node test/bench/scale/scale-page.ts bench.json`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { drawScale } from './draw-scale.ts';
import { readRows, toMarkdown } from './scale-rows.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const MARKS = ['<!-- table -->\n', '\n<!-- /table -->'] as const;

const rows = readRows(JSON.parse(await readFile(process.argv[2] ?? 'bench.json', 'utf8')));
const page = await readFile(new URL('scale.md', DOCS), 'utf8');
const [from, to] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])];
if (from < 0 || to < from) throw new Error('docs/scale.md has no marks for the table');
const table = `\n${toMarkdown(rows)}\n`;
await writeFile(new URL('scale.md', DOCS), page.slice(0, from + MARKS[0].length) + table + page.slice(to));
await writeFile(new URL('scale.svg', DOCS), drawScale(rows));
