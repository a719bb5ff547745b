import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type Plugin, build } from 'esbuild';
import { collectLicences } from './licences.ts';

/** The folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const client = '@kubernetes/client-node';

/** The programs that the operator starts beside itself. They lie beside the chunks that start them, by these names. */
const PROGRAMS = ['src/app/cel/evaluator.ts', 'src/app/compile/compiler.ts', 'src/app/isolation/watchdog.ts'];

/**
 * Gives @dot-i/k8s-operator only the exports of client-node that it uses. It loads the whole library by `require`,
 * which would keep all generated clients in the bundle: 2 MB that the program would read at every start.
 */
const narrowClient: Plugin = {
  name: 'narrow-client',
  setup: (builder) => {
    builder.onResolve({ filter: new RegExp(`^${client}$`) }, async ({ importer, resolveDir, pluginData }) => {
      if (pluginData === narrowClient) return undefined;
      if (importer.includes('k8s-operator'))
        return { path: client, namespace: 'narrow', pluginData: resolveDir };
      const found = await builder.resolve(client, {
        resolveDir,
        kind: 'import-statement',
        pluginData: narrowClient,
      });
      return { path: found.path, sideEffects: false };
    });
    builder.onLoad({ filter: /.*/, namespace: 'narrow' }, ({ pluginData }) => ({
      contents: `export { ApiextensionsV1Api, CoreV1Api, KubeConfig, Watch, loadYaml } from '${client}';`,
      resolveDir: String(pluginData),
    }));
    builder.onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === narrowClient || !importer.includes(join('node_modules', client))) return undefined;
      const found = await builder.resolve(path, { importer, resolveDir, kind, pluginData: narrowClient });
      return { path: found.path, sideEffects: false };
    });
  },
};

/** What all bundles of the program have in common. */
export function common(version: string) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node22',
    minify: true,
    plugins: [narrowClient],
    define: { FLUXBLUEPRINT_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  } as const satisfies BuildOptions;
}

/** The version in package.json. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/**
 * Bundles the program into a folder: `fluxblueprint.js`, chunks that it loads on demand, and among these the programs
 * that it starts beside itself, with the licences of all that is in it. A bundle starts faster and needs no
 * `node_modules`. Answers the file to run.
 */
export async function bundleProgram(outdir = join(root, 'dist')): Promise<string> {
  const version = await readVersion();
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  // Without it Node would parse every file twice to find out that it is an ES module.
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  const { metafile } = await build({
    ...common(version),
    entryPoints: {
      fluxblueprint: join(root, 'src/app/main.ts'),
      ...Object.fromEntries(PROGRAMS.map((file) => [`chunks/${parse(file).name}`, join(root, file)])),
    },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    metafile: true,
    define: { ...common(version).define, FLUXBLUEPRINT_BUNDLED: 'true' },
    // CommonJS dependencies (winston, @dot-i/k8s-operator) load Node's own modules by require.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
  });
  await writeFile(join(outdir, 'LICENCES.txt'), await collectLicences(root, Object.keys(metafile.inputs)));
  return join(outdir, 'fluxblueprint.js');
}

// Jest's setup loads this module by `require`, which does not allow a top-level await.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bundleProgram().then(
    (file) => process.stdout.write(`bundled ${file}\n`),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
