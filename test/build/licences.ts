import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A package that is in a bundle, under its licence. */
export interface Licensed {
  name: string;
  version: string;
  /** An SPDX expression. */
  licence: string;
  /** The text, with the names of those who hold the rights; empty where the package has none. */
  text: string;
}

interface Manifest {
  name?: string;
  version?: string;
  license?: string | { type: string };
}

/** Finds the packages of files of a project, as esbuild names them. Sorted by name. */
export async function findLicensed(root: string, files: readonly string[]): Promise<Licensed[]> {
  const folders = new Set(
    files.flatMap(
      (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file.replace(/^[\w-]+:/u, ''))?.[0] ?? [],
    ),
  );
  const found = await Promise.all([...folders].map((folder) => readLicensed(join(root, folder))));
  const unique = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readLicensed(folder: string): Promise<Licensed> {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) throw new Error(`${folder} is no package: it has no package.json`);
  const { name = '', version = '', license = '' } = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  const texts = (await readdir(folder))
    .filter((entry) => /^(licen[cs]e|notice|copying)/iu.test(entry))
    .sort();
  const text = await Promise.all(texts.map((entry) => readFile(join(folder, entry), 'utf8').catch(() => '')));
  return {
    name,
    version,
    licence: typeof license === 'string' ? license : license.type,
    text: text.join('\n'),
  };
}

/** The licences of all packages that are in a bundle, as one text that goes with it. */
export async function collectLicences(root: string, files: readonly string[]): Promise<string> {
  const packages = await findLicensed(root, files);
  const head = 'This program contains the following packages.\n';
  const list = packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}\n`).join('');
  const texts = packages.map(
    ({ name, version, text }) => `\n${'-'.repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`,
  );
  return `${head}\n${list}${texts.join('')}`;
}
