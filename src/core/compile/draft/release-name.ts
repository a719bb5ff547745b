import { type ComponentItem, recordDerived } from '../model/item.ts';
import type { Problems } from '../../validation/problem.ts';

/** The longest name that Helm allows for a release, in characters. */
const MAX_RELEASE_NAME = 53;

/**
 * Names the Helm release of a component on a remote cluster by the plain name, unless the component names it itself.
 * Refuses a plain name that Helm does not allow. Does nothing for other kinds.
 */
export function nameRelease(item: ComponentItem, problems: Problems): void {
  const { component } = item.written;
  const plainName = component.objectName ?? component.name;
  const { kind, spec } = item;
  if (kind.completeRemote?.(spec, plainName) !== true) return;
  recordDerived(item, { at: ['releaseName'], path: `spec.defaults.${kind.block}.kubeConfig` });
  if (plainName.length <= MAX_RELEASE_NAME) return;
  Reflect.deleteProperty(spec, 'releaseName');
  problems.add(
    'too-long',
    `${item.path}.${component.objectName === undefined ? 'name' : 'objectName'}`,
    `${JSON.stringify(plainName)} has ${plainName.length} characters and is the name of Helm's release on a remote cluster, where at most ${MAX_RELEASE_NAME} are allowed: give it a shorter one by \`${kind.block}.releaseName\``,
  );
}
