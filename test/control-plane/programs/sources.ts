import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Flux release whose CRDs are wanted. The modules in test/programs/flux-crds belong to the same release. */
export const fluxVersion = 'v2.9.4';

/** The root folder of the project. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** Where binaries and CRDs are looked for. */
export interface Sources {
  /** `KUBEBUILDER_ASSETS`: a folder with kube-apiserver and etcd. */
  assets: string | undefined;
  /** `FLUX_CRDS`: a folder of CRD files. */
  fluxCrds: string | undefined;
  /** `FLUXBLUEPRINT_CACHE`, else `fluxblueprint` in `XDG_CACHE_HOME` or `~/.cache`. Never in the project. */
  cache: string;
  /** `FLUXBLUEPRINT_ENVTEST_INDEX`: a mirror of envtest's release index. */
  envtestIndex: string;
  /** `FLUXBLUEPRINT_FLUX_INSTALL`: a mirror of Flux's install.yaml. */
  fluxInstall: string;
  /** The folder with one Go module per program. */
  programs: string;
}

const envtestIndex =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';
const fluxInstall = `https://github.com/fluxcd/flux2/releases/download/${fluxVersion}/install.yaml`;

function readSet(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** Reads the sources from the environment; an empty variable counts as not set. */
export function readSources(env: NodeJS.ProcessEnv = process.env): Sources {
  return {
    assets: readSet(env, 'KUBEBUILDER_ASSETS'),
    fluxCrds: readSet(env, 'FLUX_CRDS'),
    cache:
      readSet(env, 'FLUXBLUEPRINT_CACHE') ??
      join(readSet(env, 'XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'fluxblueprint'),
    envtestIndex: readSet(env, 'FLUXBLUEPRINT_ENVTEST_INDEX') ?? envtestIndex,
    fluxInstall: readSet(env, 'FLUXBLUEPRINT_FLUX_INSTALL') ?? fluxInstall,
    programs: join(projectRoot, 'test', 'programs'),
  };
}

/** This machine as Go names it, for cache folders: `linux-amd64`. */
export function namePlatform(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${arch}`;
}
