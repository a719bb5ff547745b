import { type ComponentItem, noteDerived } from '../model/item.ts';
import type { Problems } from '../../validation/problem.ts';

/** The longest name of a release that Helm takes. */
const MAX_RELEASE_NAME = 53;

/** On a remote cluster Helm's release has the plain name, unless the item gives it another. */
export function nameRelease(item: ComponentItem, problems: Problems): void {
  const { component } = item.written;
  const plainName = component.objectName ?? component.name;
  const { kind, spec } = item;
  if (kind.completeRemote?.(spec, plainName) !== true) return;
  noteDerived(item, { at: ['releaseName'], path: `spec.defaults.${kind.block}.kubeConfig` });
  if (plainName.length <= MAX_RELEASE_NAME) return;
  Reflect.deleteProperty(spec, 'releaseName');
  problems.add(
    'too-long',
    `${item.path}.${component.objectName === undefined ? 'name' : 'objectName'}`,
    `${JSON.stringify(plainName)} has ${plainName.length} characters and is the name of Helm's release on a remote cluster, where at most ${MAX_RELEASE_NAME} are allowed: give it a shorter one by \`${kind.block}.releaseName\``,
  );
}
