import { batchRequests } from '../../core/import/clusters/batch-requests.ts';
import type { OverlayRequest } from '../../core/import/clusters/collect.ts';
import type { Repository } from '../../core/import/clusters/repository.ts';
import { type ImportOptions, type Imported, importRepository } from '../../core/import/import-repository.ts';
import type { Streams } from '../terminal/streams.ts';
import { type Built, Kustomize } from './kustomize.ts';

/** Imports what was read. Overlays that are found on the way are built, until there is none that was not. */
export async function importWithOverlays(
  repository: Repository,
  root: string,
  options: ImportOptions,
  env: Streams['env'],
): Promise<Imported> {
  const overlays = new Map<string, Built>();
  let kustomize: Kustomize | undefined;
  for (;;) {
    const imported = importRepository(repository, overlays, options);
    if (imported.needed.length === 0) return imported;
    kustomize ??= await Kustomize.find(env);
    options.report?.(`building ${imported.needed.length} overlays by kustomize`);
    await buildAll(kustomize, imported.needed, root, overlays);
  }
}

/** How many folders are built at a time. */
const BUILDS = 4;

async function buildAll(
  kustomize: Kustomize,
  requests: readonly OverlayRequest[],
  root: string,
  overlays: Map<string, Built>,
): Promise<void> {
  const waiting = batchRequests(requests);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const built = await kustomize.build(next.request, root);
      // Of several that were put together it is told for each whether it can be built.
      const isOne = next.all.length === 1 || 'text' in built;
      for (const one of next.all) overlays.set(one.id, isOne ? built : await kustomize.build(one, root));
    }
  };
  await Promise.all(Array.from({ length: BUILDS }, work));
}
