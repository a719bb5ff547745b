import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { pack } from '../../harness/files.ts';
import type { ChartDescription } from '../../harness/flux/servers/chart.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The version of this tree. */
export async function readVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The files below some folders of the project, as if it had this version. */
async function readFiles(folders: readonly string[], version: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const own = await readVersion();
  for (const folder of folders)
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files[relative(root, file)] = (await readFile(file, 'utf8')).replaceAll(own, version);
    }
  return files;
}

/** What a release of config/ consists of: the folder, and the CRDs that it takes in. */
export function readConfig(version: string): Promise<Record<string, string>> {
  return readFiles(['config', 'crds'], version);
}

/** Packs the chart of the project as a version. */
export async function packReleasedChart(
  version: string,
): Promise<{ description: ChartDescription; content: Buffer }> {
  const files = await readFiles(['charts'], version);
  const inChart = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path.slice('charts/'.length), text]),
  );
  const description = parse(files['charts/fluxblueprint/Chart.yaml'] ?? '') as ChartDescription;
  return { description, content: await pack(inChart) };
}
