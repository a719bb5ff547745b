import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { KubeObject } from '../../../src/api/object.ts';

const known = new Map<string, Promise<KubeObject[]>>();

/** What the program's `render` prints for blueprints: the objects that they want. Rejects where it refuses one. */
export async function renderBlueprints(
  bundleFile: string,
  blueprints: readonly KubeObject[],
): Promise<KubeObject[]> {
  const input = blueprints.map((blueprint) => JSON.stringify(blueprint)).join('\n---\n');
  if (input === '') return [];
  const rendered = known.get(input) ?? render(bundleFile, input);
  known.set(input, rendered);
  return rendered;
}

async function render(bundleFile: string, input: string): Promise<KubeObject[]> {
  const child = spawn(process.execPath, [bundleFile, 'render', '-', '-o', 'json']);
  child.stdin.end(input);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await exited) !== 0) throw new Error(`render refused: ${complaint}`);
  return (JSON.parse(out) as { items: KubeObject[] }).items;
}
