import { type KubeObject, splitApiVersion, withoutManagers } from '../../api/object.ts';
import { toJson } from '../../core/yaml/write-json.ts';
import { toYaml } from '../../core/yaml/write-yaml.ts';
import type { Output } from './flags.ts';

/** Objects as programs read them: one by itself, several as a List; without managed fields, as kubectl has it. */
export function printObjects(
  objects: KubeObject | readonly KubeObject[],
  output: Exclude<Output, 'text' | 'wide'>,
): string {
  const several = isList(objects);
  const shown = (several ? objects : [objects]).map(withoutManagers);
  if (output === 'name') return shown.map((object) => `${nameObject(object)}\n`).join('');
  const whole = several ? { apiVersion: 'v1', kind: 'List', items: shown } : shown[0];
  return output === 'json' ? toJson(whole) : toYaml(whole);
}

function isList(objects: KubeObject | readonly KubeObject[]): objects is readonly KubeObject[] {
  return Array.isArray(objects);
}

/** `fluxblueprint.fluxblueprint.io/platform`, as `kubectl get -o name` has it. */
function nameObject({ apiVersion, kind, metadata }: KubeObject): string {
  const { group } = splitApiVersion(apiVersion);
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${metadata.name}`;
}
