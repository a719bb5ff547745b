import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { type Health, assessHealth } from './health.ts';
import { textAt } from '../values/json.ts';
import { conditionOf } from './read-conditions.ts';
import { SOURCE_API_VERSION, isAtSourceRevision, sourceOf } from './source-revision.ts';

/**
 * Finds the HelmChart that helm-controller made for a HelmRelease and that the release still waits for. Only this chart
 * shows whether it is still being fetched or has failed. `status.helmChart` names it as `namespace/name`. Returns
 * undefined if the object is not a HelmRelease or waits for no chart.
 */
export function chartAwaitedBy(live: KubeObject | undefined): ObjectRef | undefined {
  if (live?.kind !== 'HelmRelease' || conditionOf(live, 'Ready')?.reason !== 'SourceNotReady')
    return undefined;
  const [namespace, name] = (textAt(live, ['status', 'helmChart']) ?? '').split('/');
  if (namespace === undefined || name === undefined || sourceOf(live) !== undefined) return undefined;
  return { apiVersion: SOURCE_API_VERSION, kind: 'HelmChart', namespace, name };
}

/**
 * Assesses an object together with its source, or with the chart that it awaits. This corrects two cases. An object
 * that is ready with a former revision of its source is still progressing. A failure from the time before the source
 * had anything to fetch is no failure of the object.
 */
export function assessWithSource(live: KubeObject | undefined, source: KubeObject | undefined): Health {
  const health = assessHealth(live);
  if (live === undefined) return health;
  if (health.state === 'Ready' && source !== undefined) return { ...health, ...findBehind(live, source) };
  if (health.state === 'Failed' && failedWithoutArtifact(live, source)) {
    return { ...health, state: assessWithoutArtifact(live, source) };
  }
  return health;
}

function findBehind(live: KubeObject, source: KubeObject): Partial<Health> {
  if (isAtSourceRevision(live, source)) return {};
  const revision = textAt(source, ['status', 'artifact', 'revision']) ?? '';
  return { state: 'Progressing', message: `has not applied ${revision} yet` };
}

/** The state of an object whose source has nothing to fetch yet. */
function assessWithoutArtifact(live: KubeObject, source: KubeObject | undefined): ComponentState {
  const { state } = assessHealth(source);
  // A chart is not an object of the blueprint, so its failure is reported on the release.
  if (chartAwaitedBy(live) !== undefined) return state === 'Failed' ? 'Failed' : 'Progressing';
  return state === 'Ready' ? 'Progressing' : 'Blocked';
}

/**
 * Whether an object failed because its source had no artifact. Flux gives the same reason for an artifact that it
 * cannot use; but in that case it has begun to reconcile, and the condition Reconciling is present too.
 */
function failedWithoutArtifact(live: KubeObject, source: KubeObject | undefined): boolean {
  const reason = conditionOf(live, 'Ready')?.reason;
  if (reason === 'SourceNotReady') return source !== undefined || chartAwaitedBy(live) !== undefined;
  return (
    reason === 'ArtifactFailed' && source !== undefined && conditionOf(live, 'Reconciling') === undefined
  );
}
