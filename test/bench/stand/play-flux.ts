import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import type { TestClient } from '../../harness/api-server/client.ts';

const REVISION = 'main@sha1:8a4c0d8b7f4e6f1d2c3b4a5968778695a4b3c2d1';

/**
 * Stands in for Flux, which does not run here: it sets each object ready in its first generation. The status is as long
 * as the one that Flux's controllers write, without the inventory.
 */
export async function setAllReady(client: TestClient, objects: readonly DesiredObject[]): Promise<void> {
  await mapConcurrently(objects, 16, ({ ref }) => {
    const { apiVersion, kind, namespace = '', name } = ref;
    const revisions =
      kind === 'Kustomization' ? { lastAppliedRevision: REVISION, lastAttemptedRevision: REVISION } : {};
    const status = { observedGeneration: 1, ...revisions, conditions: [ready] };
    return client.cluster.applyStatus(
      { apiVersion, kind, metadata: { name, namespace }, status },
      { fieldManager: 'flux-stand-in' },
    );
  });
}

const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'ReconciliationSucceeded',
  message: `Applied revision: ${REVISION}`,
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
