import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { common, readVersion, root } from './bundle.ts';
import { run } from './run.ts';

/** A platform for which npm has a Node of one file. */
export type Platform = 'linux-x64' | 'linux-arm64';

/** Marks where Node looks for a program within itself. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Leaves the operator out: it starts programs that lie beside it, and it runs from its image. Whoever calls it is told.
 */
const withoutOperator: Plugin = {
  name: 'without-operator',
  setup: (builder) => {
    builder.onResolve({ filter: /^\.\/operator\.ts$/ }, ({ importer, path }) =>
      importer.endsWith(join('app', 'main.ts')) ? { path, namespace: 'left-out' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: `export function runOperator() {
        throw new Error('the operator runs from its image, or from the npm package: this file has the other commands only');
      }`,
    }));
  },
};

/** Finds the Node of a platform: the package that npm installs for it. Undefined where it is not installed. */
export async function findNode(platform: Platform): Promise<string | undefined> {
  const installed = join(root, 'node_modules', `node-${platform}`, 'bin', 'node');
  return existsSync(installed) ? installed : fetchNode(platform);
}

/** Fetches the Node of another platform than this one, of the same version; undefined where npm does not give it. */
async function fetchNode(platform: Platform): Promise<string | undefined> {
  const folder = join(root, 'node_modules', '.cache', `node-${platform}-${process.versions.node}`);
  const file = join(folder, 'package', 'bin', 'node');
  if (existsSync(file)) return file;
  try {
    await mkdir(folder, { recursive: true });
    const name = `node-${platform}@${process.versions.node}`;
    await run('npm', ['pack', '--silent', '--pack-destination', folder, name], { cwd: root });
    const [archive = ''] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
    await run('tar', ['-xzf', join(folder, archive), '-C', folder]);
    await rm(join(folder, archive));
    return file;
  } catch {
    return undefined;
  }
}

/**
 * Builds a program of one file: Node, and in it all commands but `operator`. It needs nothing of the machine that it
 * runs on. Rejects where the Node of the platform is not to be had.
 */
export async function buildExecutable(platform: Platform, file: string): Promise<void> {
  const node = await findNode(platform);
  if (node === undefined)
    throw new Error(`there is no Node for ${platform}: npm does not give node-${platform}`);
  const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-executable-'));
  try {
    const main = join(folder, 'main.cjs');
    const shared = common(await readVersion());
    await build({
      ...shared,
      entryPoints: [join(root, 'src/app/main.ts')],
      outfile: main,
      // What a Node runs that lies within itself is no module.
      format: 'cjs',
      plugins: [withoutOperator, ...shared.plugins],
      define: { ...shared.define, 'import.meta.url': '""' },
    });
    const config = join(folder, 'sea.json');
    const blob = join(folder, 'program.blob');
    await writeFile(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }));
    await run(process.execPath, ['--experimental-sea-config', config]);
    await copyFile(node, file);
    await chmod(file, 0o755);
    const inject = join(root, 'node_modules', 'postject', 'dist', 'cli.js');
    await run(process.execPath, [inject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
