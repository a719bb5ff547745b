import type { OverlayRequest } from './collect.ts';

/** Requests that kustomize can do at once, because they ask for the same patches of different objects. */
export interface Batch {
  request: OverlayRequest;
  /** The requests that it answers. */
  all: readonly OverlayRequest[];
}

/** Puts requests together that ask for the same patches: a repository may have a hundred of them. */
export function batchRequests(requests: readonly OverlayRequest[]): Batch[] {
  const batches: Batch[] = [];
  const open = new Map<string, { keys: Set<string>; objects: string[]; all: OverlayRequest[] }[]>();
  for (const request of requests) {
    if ('folder' in request) {
      batches.push({ request, all: [request] });
      continue;
    }
    const candidates = open.get(request.patches) ?? [];
    open.set(request.patches, candidates);
    // Objects of one name cannot be in one input.
    let batch = candidates.find(({ keys }) => request.keys.every((key) => !keys.has(key)));
    if (batch === undefined) candidates.push((batch = { keys: new Set(), objects: [], all: [] }));
    for (const key of request.keys) batch.keys.add(key);
    batch.objects.push(request.objects);
    batch.all.push(request);
  }
  for (const [patches, candidates] of open) {
    for (const { keys, objects, all } of candidates) {
      const id = all.map((request) => request.id).join(', ');
      batches.push({ request: { id, patches, objects: objects.join('---\n'), keys: [...keys] }, all });
    }
  }
  return batches;
}
