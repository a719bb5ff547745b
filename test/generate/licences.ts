import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package that the program needs when it runs. */
export interface Needed {
  name: string;
  version: string;
  /** An SPDX expression. */
  licence: string;
}

interface Lock {
  packages: Record<string, { version?: string; license?: string; dev?: boolean; optional?: boolean }>;
}

/** Reads which packages the program needs from the lock file in a folder, sorted by name. */
export async function listNeeded(root: string): Promise<Needed[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;
  return Object.entries(packages)
    .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
    .map(([path, { version = '', license = 'unknown' }]) => ({
      name: path.replace(/^.*node_modules\//u, ''),
      version,
      licence: license,
    }))
    .sort((a, b) => (a.name === b.name ? compare(a.version, b.version) : compare(a.name, b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The page that lists them. */
export function buildLicences(needed: readonly Needed[]): string {
  const rows = needed.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |\n`);
  return `# Licences

<!-- Generated from package-lock.json by \`make generate\`; do not edit. -->

The packages that the program is bundled from, with what these need. The bundle has only the parts of them that it uses;
their texts are in \`dist/LICENCES.txt\`, and in the image at \`/app/LICENCES.txt\`.

| package | version | licence |
|---|---|---|
${rows.join('')}`;
}
