import type { KubeObject } from '../../api/object.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import type { DesiredObject } from '../objects/desired.ts';
import { describeRelease, releaseKey, releaseOf } from '../releases/release.ts';
import { equalJson, isObject, own } from '../values/json.ts';
import { targetOf } from './signatures.ts';

/** The fields of a Kustomization by which all that it deploys gets other names or namespaces. */
const NAMING = ['targetNamespace', 'namePrefix', 'nameSuffix'] as const;

/**
 * Says why an object cannot take over what another one deploys: Flux would deploy it once more, somewhere else. The
 * text follows the name of the object that goes. Undefined where it can.
 */
export function explainUnsafe(old: KubeObject, { manifest, ref }: DesiredObject): string | undefined {
  if (old.kind !== ref.kind) return `is no ${ref.kind}, and only a ${old.kind} can take over what it deploys`;
  const [before, after] = [old['spec'], manifest['spec']];
  if (!isObject(before) || !isObject(after)) return undefined;
  if (!equalJson(own(before, 'kubeConfig'), own(after, 'kubeConfig')))
    return 'deploys to the cluster of another `kubeConfig`: keep that until it has moved';
  return isOfKind(old, helmRelease)
    ? explainRelease(old, before, { spec: after, ref })
    : explainNaming(before, after);
}

function explainNaming(before: JsonObject, after: JsonObject): string | undefined {
  const field = NAMING.find((one) => !equalJson(own(before, one), own(after, one)));
  return (
    field &&
    `has another \`${field}\`, so that what it deploys would be made anew: keep it until it has moved`
  );
}

function explainRelease(
  { metadata: { name, namespace = '' } }: KubeObject,
  before: JsonObject,
  { spec, ref }: { spec: JsonObject; ref: DesiredObject['ref'] },
): string | undefined {
  const to = { name: ref.name, namespace: ref.namespace ?? '' };
  const [target, wanted] = [targetOf(before, namespace), targetOf(spec, to.namespace)];
  if (target !== wanted)
    return `deploys to namespace ${target}, and its release cannot move to ${wanted}: give the new one \`targetNamespace: ${target}\``;
  const release = releaseOf(before, { name, namespace });
  const named = releaseOf(spec, to);
  if (sameWithinCluster(release) === sameWithinCluster(named)) return undefined;
  return `is the ${describeRelease(release)}, and the new one would be the ${describeRelease(named)}: leave out \`releaseName\` and \`storageNamespace\` there, or name the same`;
}

/** A key of a release on a cluster that is known to be the same. */
function sameWithinCluster(release: ReturnType<typeof releaseOf>): string {
  return releaseKey({ ...release, cluster: '' });
}
