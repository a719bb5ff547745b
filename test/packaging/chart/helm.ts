/**
 * The Helm chart, as the real helm reads it. Nothing here needs a cluster. Begin with `chart.test.ts`.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { buildProgram } from '../../control-plane/index.ts';

const run = promisify(execFile);

/** The folder of the chart. */
export const chartFolder = join(import.meta.dirname, '..', '..', '..', 'charts', 'fluxblueprint');

/** Runs helm with arguments and values on its standard input. Rejects with what it says when it refuses. */
export async function runHelm(args: readonly string[], values: object = {}): Promise<string> {
  const { path } = await buildProgram('helm');
  const running = run(path, [...args, '--values', '-'], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(JSON.stringify(values));
  const { stdout } = await running;
  return stdout;
}

/** Renders the chart in a namespace, without the namespace itself, which `--create-namespace` makes. */
export async function templateChart(
  values: object = {},
  namespace = 'fluxblueprint-system',
): Promise<KubeObject[]> {
  const text = await runHelm(['template', 'fluxblueprint', chartFolder, '--namespace', namespace], values);
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      return document.toJS() as KubeObject | null;
    })
    .filter((object) => object !== null);
}
