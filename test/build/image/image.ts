/**
 * Builds the image of the Dockerfile by the container engine that is there: `make image`. With BASE=local the two
 * images that the Dockerfile begins from are made here first, by `local-bases.ts`, for machines that reach no registry.
 * The image goes into `dist/image` as an OCI layout with an SBOM beside it, where the engine is buildah.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVersion, root } from '../bundle.ts';
import { run } from '../run.ts';
import { BUILDAH } from './buildah.ts';
import { makeLocalBases } from './local-bases.ts';

/** The engines, the first that answers is taken. */
const ENGINES = ['docker', 'podman', 'buildah'] as const;
type Engine = (typeof ENGINES)[number];

async function findEngine(): Promise<Engine> {
  for (const engine of ENGINES)
    try {
      await run(engine, [engine === 'buildah' ? 'version' : 'info']);
      return engine;
    } catch {
      // The next one.
    }
  throw new Error('no container engine answers: install docker, podman or buildah (apt-get install buildah)');
}

/** The arguments of a build that every engine knows. */
async function describeBuild(tag: string): Promise<string[]> {
  const revision = await run('git', ['rev-parse', 'HEAD'], { cwd: root }).catch(() => 'unknown');
  const args = { VERSION: await readVersion(), REVISION: revision.trim() };
  const pairs = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  return ['--tag', tag, ...pairs];
}

/** Builds with buildah, writes the OCI layout, and answers its folder. */
async function buildWithBuildah(tag: string, base: string | undefined): Promise<string> {
  const extra = base === 'local' ? await makeLocalBases() : [];
  const options = ['--isolation', 'chroot', '--format', 'oci', ...extra, ...(await describeBuild(tag))];
  await run('buildah', [...BUILDAH, 'build', ...options, root]);
  const layout = join(root, 'dist', 'image');
  await rm(layout, { recursive: true, force: true });
  await mkdir(join(root, 'dist'), { recursive: true });
  await run('buildah', [...BUILDAH, 'push', tag, `oci:${layout}:${tag.split(':')[1] ?? 'latest'}`]);
  return layout;
}

interface Layout {
  manifests: { digest: string }[];
}

/** The compressed size of the image in an OCI layout, in bytes. */
export async function measureLayout(layout: string): Promise<number> {
  const read = async <T>(file: string): Promise<T> =>
    JSON.parse(await readFile(join(layout, file), 'utf8')) as T;
  const { manifests } = await read<Layout>('index.json');
  const [, hash = ''] = manifests[0]?.digest.split(':') ?? [];
  const { layers } = await read<{ layers: { size: number }[] }>(join('blobs', 'sha256', hash));
  return layers.reduce((sum, { size }) => sum + size, 0);
}

/** Writes which packages are in the image, as CycloneDX. */
export async function writeSbom(file: string): Promise<void> {
  const sbom = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(file, await run('npm', sbom, { cwd: root }));
}

/** Builds the image and says how large it is. */
export async function buildImage(base = process.env['BASE']): Promise<string> {
  const tag = `fluxblueprint:${await readVersion()}`;
  const engine = base === 'local' ? 'buildah' : await findEngine();
  await writeSbom(join(root, 'dist', 'image.cdx.json'));
  if (engine === 'buildah') {
    const size = await measureLayout(await buildWithBuildah(tag, base));
    return `${tag} by buildah: ${(size / 1e6).toFixed(1)} MB compressed, in dist/image`;
  }
  await run(engine, ['build', ...(await describeBuild(tag)), root]);
  const size = await run(engine, ['image', 'inspect', '--format', '{{.Size}}', tag]);
  return `${tag} by ${engine}: ${(Number(size) / 1e6).toFixed(1)} MB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${await buildImage()}, its packages in dist/image.cdx.json\n`);
