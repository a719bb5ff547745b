/**
 * What a release consists of beside the image: the npm package, programs of one file for those who have no Node, the
 * chart, the manifests, and the manifest for krew. All of it goes into `dist/release`. Begin with `make release`.
 */
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { bundleProgram, readVersion, root } from './bundle.ts';
import { buildExecutable, findNode, type Platform } from './executable.ts';
import { run } from './run.ts';

/** Where a release is downloaded from, for the manifest of krew; `%VERSION` and `%FILE` are replaced. */
const DOWNLOADS = process.env['RELEASE_URL'] ?? 'https://example.com/fluxblueprint/%VERSION/%FILE';

/** Packs the bundle as an npm package, which needs no other package. Answers its file. */
export async function packNpm(folder: string): Promise<string> {
  const staging = join(folder, 'npm');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  await bundleProgram(join(staging, 'dist'));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const kept = ['name', 'version', 'description', 'license', 'type', 'engines', 'bin'] as const;
  // All that the program needs is in the bundle.
  const own = Object.fromEntries(kept.map((field) => [field, manifest[field]]));
  await writeFile(
    join(staging, 'package.json'),
    `${JSON.stringify({ ...own, files: ['dist', 'crds'] }, null, 2)}\n`,
  );
  await cp(join(root, 'crds'), join(staging, 'crds'), { recursive: true });
  for (const file of ['README.md', 'LICENSE']) await copyFile(join(root, file), join(staging, file));
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: staging });
  await rm(staging, { recursive: true });
  return join(folder, packed.trim());
}

/** Packs the program of one file for a platform, as krew and people download it. Answers its file. */
export async function packExecutable(folder: string, platform: Platform): Promise<string> {
  const version = await readVersion();
  const staging = join(folder, platform);
  await mkdir(staging, { recursive: true });
  await buildExecutable(platform, join(staging, 'fluxblueprint'));
  await copyFile(join(root, 'LICENSE'), join(staging, 'LICENSE'));
  const file = join(folder, `fluxblueprint-${version}-${platform}.tar.gz`);
  await run('tar', ['-czf', file, '-C', staging, '.']);
  await rm(staging, { recursive: true });
  return file;
}

/** The manifest by which `kubectl krew install` finds the archives of {@link packExecutable}. */
export async function describePlugin(archives: Readonly<Partial<Record<Platform, string>>>): Promise<object> {
  const version = `v${await readVersion()}`;
  const platforms = await Promise.all(
    Object.entries(archives).map(async ([platform, file]) => {
      const [os, arch] = platform.split('-');
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      return {
        selector: { matchLabels: { os, arch: arch === 'x64' ? 'amd64' : arch } },
        uri: DOWNLOADS.replace('%VERSION', version).replace('%FILE', basename(file)),
        sha256,
        bin: 'fluxblueprint',
      };
    }),
  );
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'fluxblueprint' },
    spec: {
      version,
      shortDescription: 'See and steer blueprints of Flux',
      description:
        'Shows FluxBlueprints of a cluster as trees, with why they are not ready, and renders, lints and imports them.\n',
      homepage: DOWNLOADS.split('/').slice(0, 4).join('/'),
      platforms,
    },
  };
}

/** Builds all of it, as far as the Node of each platform is at hand. */
export async function buildRelease(folder = join(root, 'dist', 'release')): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files = [await packNpm(folder)];
  const archives: Partial<Record<Platform, string>> = {};
  for (const platform of ['linux-x64', 'linux-arm64'] as const)
    if ((await findNode(platform)) !== undefined) {
      archives[platform] = await packExecutable(folder, platform);
      files.push(archives[platform]);
    }
  const plugin = join(folder, 'fluxblueprint.krew.yaml');
  await writeFile(plugin, stringify(await describePlugin(archives), { lineWidth: 0 }));
  return [...files, plugin];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const file of await buildRelease()) process.stdout.write(`${file}\n`);
