import { clusterOf } from '../../releases/cluster.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own, sortKeys, textAt } from '../../values/json.ts';
import { warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { plainWay } from '../model/plain-way.ts';

/**
 * Two Kustomizations that deploy one path of one source to one place: the same objects on the same cluster. Each writes
 * what the other wrote, and the one that is deleted first deletes what both deploy.
 */
export const sharedPath: LintRule = {
  id: 'shared-path',
  find: ({ desired }, report) => {
    const firsts = new Map<string, DesiredObject>();
    for (const object of desired.objects) {
      const place = placeOf(object);
      const first = place === undefined ? undefined : firsts.get(place);
      if (place !== undefined && first === undefined) firsts.set(place, object);
      if (first === undefined) continue;
      const message = `deploys the same path of the same source to the same place as ${first.title} (${first.path}), so that each writes over the other and the deletion of one deletes what both deploy: give one of them another \`path\`, \`targetNamespace\` or cluster`;
      report(warn(object.path, message));
    }
  },
};

/** The fields that say where a path is deployed to, and what is made of it. */
const CHANGES = [
  'targetNamespace',
  'namePrefix',
  'nameSuffix',
  'patches',
  'components',
  'images',
  'postBuild',
];

/** A key of what a Kustomization deploys and where to; undefined for other kinds. */
function placeOf({ ref, manifest }: DesiredObject): string | undefined {
  const { spec } = manifest;
  if (ref.kind !== 'Kustomization' || !isObject(spec)) return undefined;
  const { namespace = '' } = ref;
  const source = ['kind', 'namespace', 'name'].map((field) => textAt(spec, ['sourceRef', field]) ?? '');
  if (source[1] === '') source[1] = namespace;
  // Of one path other patches or variables may make other objects, which nobody can tell from here.
  const changes = CHANGES.map((field) => own(spec, field) ?? null);
  const path = plainWay(textAt(spec, ['path']) ?? '');
  return JSON.stringify(sortKeys([clusterOf(spec, namespace), source, path, ...changes]));
}
