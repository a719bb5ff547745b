import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { type Health, assessHealth } from './health.ts';
import { conditionOf } from './kstatus.ts';
import { SOURCE_API_VERSION, isAtSourceRevision, sourceOf, textAt } from './source-revision.ts';

/**
 * The HelmChart that helm-controller made for a HelmRelease, while it waits for that: nobody else tells whether the chart
 * is on its way or cannot be had. In the field `helmChart` of the status it stands as `namespace/name`.
 */
export function chartAwaitedBy(live: KubeObject | undefined): ObjectRef | undefined {
  if (live?.kind !== 'HelmRelease' || conditionOf(live, 'Ready')?.reason !== 'SourceNotReady')
    return undefined;
  const [namespace, name] = (textAt(live, ['helmChart']) ?? '').split('/');
  if (namespace === undefined || name === undefined || sourceOf(live) !== undefined) return undefined;
  return { apiVersion: SOURCE_API_VERSION, kind: 'HelmChart', namespace, name };
}

/**
 * How an object is, in the light of its source, or of the chart that it awaits. Flux tells a new revision on the source
 * first, and its users stay ready with the former one until they hear of it; and who looked before there was anything
 * to fetch calls that a failure.
 */
export function assessWithSource(live: KubeObject | undefined, source: KubeObject | undefined): Health {
  const health = assessHealth(live);
  if (live === undefined) return health;
  if (health.state === 'Ready' && source !== undefined) return { ...health, ...findBehind(live, source) };
  if (health.state === 'Failed' && isForLack(live, source)) {
    return { ...health, state: assessLack(live, source) };
  }
  return health;
}

function findBehind(live: KubeObject, source: KubeObject): Partial<Health> {
  if (isAtSourceRevision(live, source)) return {};
  const revision = textAt(source, ['artifact', 'revision']) ?? '';
  return { state: 'Progressing', message: `has not applied ${revision} yet` };
}

/** What is to be said of an object that has nothing to fetch. */
function assessLack(live: KubeObject, source: KubeObject | undefined): ComponentState {
  const { state } = assessHealth(source);
  // A chart is no object of the blueprint: what is wrong with it is told of the release.
  if (chartAwaitedBy(live) !== undefined) return state === 'Failed' ? 'Failed' : 'Progressing';
  return state === 'Ready' ? 'Progressing' : 'Blocked';
}

/**
 * Whether a failure is that there was nothing to fetch. Flux gives the same reason for what it cannot make use of; but
 * then it had begun, and Reconciling stands beside Ready.
 */
function isForLack(live: KubeObject, source: KubeObject | undefined): boolean {
  const reason = conditionOf(live, 'Ready')?.reason;
  if (reason === 'SourceNotReady') return source !== undefined || chartAwaitedBy(live) !== undefined;
  return (
    reason === 'ArtifactFailed' && source !== undefined && conditionOf(live, 'Reconciling') === undefined
  );
}
