import { type KubeObject, splitApiVersion } from '../../api/object.ts';
import { numberAt, textAt, valueAt } from '../values/json.ts';
import { type LiveCondition, conditionOf } from './read-conditions.ts';

/** Whether an object that others make is ready. If not, `why` says so in a few words. */
export type Readiness = { ready: true } | { ready: false; why: string };

const READY: Readiness = { ready: true };

function notYet(why: string): Readiness {
  return { ready: false, why };
}

/**
 * Assesses any object by the rules of kstatus, which Flux follows too. Each of Kubernetes' own kinds has its own rule.
 * All other kinds are assessed by their generation and the conditions Ready, Reconciling and Stalled, and are ready if
 * they have none of these. As in Flux, and unlike kstatus, a Job is ready only when it is complete.
 */
export function assessReadiness(live: KubeObject): Readiness {
  if (live.metadata.deletionTimestamp !== undefined) return notYet('is being deleted');
  const observed = numberAt(live, ['status', 'observedGeneration']);
  const { generation } = live.metadata;
  if (observed !== undefined && generation !== undefined && observed !== generation)
    return notYet('has not been looked at since it changed');
  for (const type of ['Stalled', 'Reconciling']) {
    const condition = conditionOf(live, type);
    if (condition?.status === 'True') return notYet(explain(type, condition));
  }
  const assess = KIND_RULES[`${splitApiVersion(live.apiVersion).group}/${live.kind}`] ?? assessReadyCondition;
  return assess(live);
}

function assessReadyCondition(live: KubeObject): Readiness {
  const condition = conditionOf(live, 'Ready');
  return condition === undefined || condition.status === 'True' ? READY : notYet(explain('Ready', condition));
}

/** The rule of each of Kubernetes' own kinds, by `<group>/<kind>`. */
const KIND_RULES: Readonly<Record<string, (live: KubeObject) => Readiness>> = {
  'apps/Deployment': (live) =>
    firstBehind(
      [
        [numberAt(live, ['spec', 'replicas']) ?? 1, live, 'replicas'],
        [numberAt(live, ['spec', 'replicas']) ?? 1, live, 'updatedReplicas'],
        [numberAt(live, ['spec', 'replicas']) ?? 1, live, 'readyReplicas'],
        [count(live, 'updatedReplicas'), live, 'availableReplicas'],
      ],
      surplus(live) ?? requireCondition(live, 'Available', undefined),
    ),
  'apps/ReplicaSet': (live) =>
    firstBehind(
      [
        [numberAt(live, ['spec', 'replicas']) ?? 1, live, 'readyReplicas'],
        [numberAt(live, ['spec', 'replicas']) ?? 1, live, 'availableReplicas'],
      ],
      surplus(live) ?? READY,
    ),
  'apps/StatefulSet': assessStatefulSet,
  'apps/DaemonSet': assessDaemonSet,
  'batch/Job': (live) => requireCondition(live, 'Complete', 'Failed'),
  'apiextensions.k8s.io/CustomResourceDefinition': (live) => requireCondition(live, 'Established', undefined),
  '/Pod': assessPod,
  '/PersistentVolumeClaim': (live) => requirePhase(live, 'Bound'),
  '/Namespace': (live) => requirePhase(live, 'Active'),
  '/Service': assessService,
};

/** Reports the first count below its wanted number. If there is none, returns `otherwise`. */
function firstBehind(
  counts: readonly (readonly [number, KubeObject, string])[],
  otherwise: Readiness,
): Readiness {
  const behind = counts.find(([wanted, live, field]) => count(live, field) < wanted);
  if (behind === undefined) return otherwise;
  const [wanted, live, field] = behind;
  return notYet(`${field} ${count(live, field)} of ${wanted}`);
}

/** Reports replicas of an earlier revision that still exist. */
function surplus(live: KubeObject): Readiness | undefined {
  const wanted = numberAt(live, ['spec', 'replicas']) ?? 1;
  const replicas = count(live, 'replicas');
  return replicas > wanted ? notYet(`replicas ${replicas} of ${wanted}`) : undefined;
}

function assessStatefulSet(live: KubeObject): Readiness {
  if (textAt(live, ['spec', 'updateStrategy', 'type']) === 'OnDelete') return READY;
  const wanted = numberAt(live, ['spec', 'replicas']) ?? 1;
  const partition = numberAt(live, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']) ?? 0;
  const updated = textAt(live, ['status', 'updateRevision']);
  const whole = partition === 0 && textAt(live, ['status', 'currentRevision']) !== updated;
  return firstBehind(
    [
      [wanted, live, 'replicas'],
      [wanted, live, 'readyReplicas'],
      partition === 0 ? [wanted, live, 'currentReplicas'] : [wanted - partition, live, 'updatedReplicas'],
    ],
    surplus(live) ?? (whole ? notYet('is being updated') : READY),
  );
}

function assessDaemonSet(live: KubeObject): Readiness {
  const wanted = numberAt(live, ['status', 'desiredNumberScheduled']);
  if (wanted === undefined) return notYet('has not been looked at yet');
  return firstBehind(
    ['currentNumberScheduled', 'updatedNumberScheduled', 'numberAvailable', 'numberReady'].map(
      (field) => [wanted, live, field] as const,
    ),
    READY,
  );
}

function assessPod(live: KubeObject): Readiness {
  const phase = textAt(live, ['status', 'phase']);
  if (phase === 'Succeeded') return READY;
  return phase === 'Running' ? requireCondition(live, 'Ready', undefined) : requirePhase(live, 'Running');
}

function assessService(live: KubeObject): Readiness {
  if (textAt(live, ['spec', 'type']) !== 'LoadBalancer') return READY;
  const ingress = valueAt(live, ['status', 'loadBalancer', 'ingress']);
  return Array.isArray(ingress) && ingress.length > 0 ? READY : notYet('has no address yet');
}

function requirePhase(live: KubeObject, wanted: string): Readiness {
  const phase = textAt(live, ['status', 'phase']);
  return phase === wanted ? READY : notYet(`phase ${phase ?? 'unknown'}`);
}

/** Requires the condition `type` to be true, and the condition `bad`, if given, not to be. */
function requireCondition(live: KubeObject, type: string, bad: string | undefined): Readiness {
  const failed = bad === undefined ? undefined : conditionOf(live, bad);
  if (failed?.status === 'True') return notYet(explain(bad ?? '', failed));
  const condition = conditionOf(live, type);
  if (condition?.status === 'True') return READY;
  return condition === undefined ? notYet(`not ${type} yet`) : notYet(explain(type, condition));
}

/** Names a condition, its status and the first line of its message, at most 200 characters. */
function explain(type: string, { status, message }: LiveCondition): string {
  const words = typeof message === 'string' ? (message.split('\n')[0] ?? '') : '';
  return `${type} is ${status}${words === '' ? '' : `: ${words.slice(0, 200).toWellFormed()}`}`;
}

function count(live: KubeObject, field: string): number {
  return numberAt(live, ['status', field]) ?? 0;
}
