/**
 * Programs of other projects, found or built, and cached: kube-apiserver, etcd, Flux's controllers, kustomize and
 * others. Nothing here starts one. Begin with `binaries.ts` and `build-program.ts`; `sources.ts` says where all of it
 * comes from.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namePlatform, type Sources } from './sources.ts';

/** A Go program that is built from a module of ours in test/programs. */
export interface Program {
  /** The module's folder name, which is the program's name too. */
  name: string;
  /** The module's folder. */
  folder: string;
  /** The Go package of the program: the module's one `tool`. */
  package: string;
  /** The version of the module that holds the package: `v1.35.4`. */
  version: string;
}

/** Reads the program's go.mod. Rejects when there is no such module, or when it names no tool. */
export async function readProgram(name: string, sources: Sources): Promise<Program> {
  const folder = join(sources.programs, name);
  const text = await readFile(join(folder, 'go.mod'), 'utf8');
  const tool = /^tool (\S+)$/mu.exec(text)?.[1];
  if (tool === undefined) throw new Error(`${folder}/go.mod has no line "tool PACKAGE"`);
  if (text.startsWith(`module ${tool}\n`)) return readOwnProgram(name, folder, text);
  const required = [...text.matchAll(/^(?:require)?[ \t]+(\S+) (v\S+)/gmu)]
    .map(([, module = '', version = '']) => ({ module, version }))
    .filter(({ module }) => tool === module || tool.startsWith(`${module}/`))
    .sort((a, b) => b.module.length - a.module.length)[0];
  if (required === undefined) throw new Error(`${folder}/go.mod does not require the module of ${tool}`);
  return { name, folder, package: tool, version: required.version };
}

/** A program of ours, whose module names itself as its tool. Its version is a hash of its sources. */
async function readOwnProgram(name: string, folder: string, goMod: string): Promise<Program> {
  const source = await readFile(join(folder, 'main.go'), 'utf8');
  const hash = createHash('sha256').update(goMod).update(source).digest('hex').slice(0, 12);
  return { name, folder, package: '.', version: `v0.0.0-${hash}` };
}

/** The linker's flags: no symbols, and for Kubernetes the version, without which the server reports none. */
export function linkerFlags(program: Program): string {
  const flags = ['-s', '-w'];
  if (program.package.startsWith('k8s.io/kubernetes/')) {
    const [major = '', minor = ''] = program.version.replace(/^v/u, '').split('.');
    const settings = { gitVersion: program.version, gitMajor: major, gitMinor: minor };
    for (const [key, value] of Object.entries(settings)) {
      flags.push('-X', `k8s.io/component-base/version.${key}=${value}`);
    }
  }
  return flags.join(' ');
}

/** The cache folder of the programs that only make sense together; a new version of either is a new folder. */
export async function controlPlaneFolder(sources: Sources): Promise<string> {
  const [server, store] = await Promise.all([
    readProgram('kube-apiserver', sources),
    readProgram('etcd', sources),
  ]);
  const name = `kubernetes-${server.version}-etcd-${store.version}-${namePlatform()}`;
  return join(sources.cache, name);
}

/** Where the built program is, or will be, in the cache. */
export async function programPath(program: Program, sources: Sources): Promise<string> {
  const folder = ['kube-apiserver', 'etcd'].includes(program.name)
    ? await controlPlaneFolder(sources)
    : join(sources.cache, `${program.name}-${program.version}-${namePlatform()}`);
  return join(folder, program.name);
}
