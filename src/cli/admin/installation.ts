import { type KubeObject, displayName, refOf } from '../../api/object.ts';
import { CommandError } from '../session/explain-failure.ts';
import type { Variant } from './part.ts';
import { PARTS } from './parts.generated.ts';

/** The objects of a variant, in the order in which they are applied: namespaces and CRDs first. */
export function objectsOf(variant: Variant): KubeObject[] {
  const objects = PARTS.filter(({ variants }) => variants.includes(variant)).map(({ object }) => object);
  return objects.sort((a, b) => rankOf(a) - rankOf(b));
}

/** What another variant has, and this one not. */
export function objectsBeyond(variant: Variant): KubeObject[] {
  const names = new Set(objectsOf(variant).map((object) => displayName(refOf(object))));
  return PARTS.map(({ object }) => object).filter((object) => !names.has(displayName(refOf(object))));
}

/** Every object of any variant, in the order in which they are deleted. */
export function allObjects(): KubeObject[] {
  return [...objectsBeyond('default'), ...objectsOf('default').reverse()];
}

const FIRST = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'ClusterRole', 'Role'];

function rankOf({ kind }: KubeObject): number {
  const rank = FIRST.indexOf(kind);
  return rank < 0 ? FIRST.length : rank;
}

/** The Deployment of the operator. */
export function deploymentOf(objects: readonly KubeObject[]): KubeObject {
  const found = objects.find(({ kind }) => kind === 'Deployment');
  if (found === undefined) throw new Error('the installation has a Deployment');
  return found;
}

interface PodTemplate {
  template: { spec: { containers: { image: string }[] } };
}

/** The image of the operator. */
export function imageOf(objects: readonly KubeObject[]): string {
  const { template } = deploymentOf(objects)['spec'] as PodTemplate;
  return template.spec.containers[0]?.image ?? '';
}

/** The same objects, with the operator in another image. */
export function withImage(objects: readonly KubeObject[], image: string): KubeObject[] {
  return objects.map((object) => {
    if (object.kind !== 'Deployment') return object;
    const changed = structuredClone(object) as unknown as { spec: PodTemplate };
    for (const container of changed.spec.template.spec.containers) container.image = image;
    return changed as unknown as KubeObject;
  });
}

/** A registry's host, a path, and a tag or a digest. */
const IMAGE = /^[\w][\w.:/-]{0,254}(@sha256:[0-9a-f]{64})?$/;

/** Checks the name of an image. Throws a {@link CommandError}. */
export function checkImage(image: string): void {
  if (IMAGE.test(image)) return;
  throw new CommandError(
    `--image ${JSON.stringify(image.slice(0, 100))} is no name of an image: give it as registry/path:tag`,
  );
}

/** Whether an object of the cluster is part of an installation. */
export function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/part-of'] === 'fluxblueprint';
}
