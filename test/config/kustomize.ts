import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/api/object.ts';
import { buildProgram } from '../control-plane/index.ts';

const run = promisify(execFile);
const config = join(import.meta.dirname, '..', '..', 'config');

/**
 * Builds a folder of config/ with the real kustomize, which kubectl has built in, so that `kubectl apply -k` reads
 * the same. Answers the objects in the order in which they are applied; rejects when kustomize refuses or warns.
 */
export async function buildKustomization(folder: string): Promise<KubeObject[]> {
  const { path } = await buildProgram('kustomize');
  const { stdout, stderr } = await run(path, ['build', join(config, folder)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  if (stderr !== '') throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as KubeObject;
  });
}

/** The one object of a kind and name; throws when there is none. */
export function findObject(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}
