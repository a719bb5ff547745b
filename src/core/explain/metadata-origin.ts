import { Label } from '../../api/names.ts';
import type { ComponentItem } from '../compile/model/item.ts';
import { valueAt } from '../values/json.ts';
import { type Steps, joinPath, splitPath } from '../values/path.ts';
import type { Cause, FieldOrigin } from './cause.ts';
import { describeKind } from './kind-origin.ts';
import { isWritten, writtenAt } from './levels.ts';
import type { Subject } from './naming.ts';

/** What is said of a field beside its value. */
export type Origin = Pick<FieldOrigin, 'causes' | 'overruled'>;

/** Where `apiVersion`, `kind` and what is below `metadata` come from. */
export function describeHead(subject: Subject, steps: Steps): Origin {
  const { assembled, naming } = subject;
  const { item } = assembled;
  if (steps[0] === 'apiVersion') return only(describeVersion(subject));
  if (steps[0] === 'kind') return only(describeKind(subject.blueprint, item));
  if (steps[1] === 'name') return { causes: naming.causesOf(item), overruled: [] };
  if (steps[1] === 'namespace') return only(naming.namespaceOf(item));
  return describeMetadata(subject, steps.slice(1));
}

/** Where the fields come from that an object has in place of a spec. */
export function describeBodyField({ blueprint, assembled: { item } }: Subject): Origin {
  return only({ ...writtenAt(blueprint, item.locate(item.path)), why: 'made from the keys and rules there' });
}

function only(cause: Cause): Origin {
  return { causes: [cause], overruled: [] };
}

function describeVersion({ blueprint, assembled: { item } }: Subject): Cause {
  const path = item.locate(`${item.path}.object.apiVersion`);
  if (isWritten(blueprint, path)) return writtenAt(blueprint, path);
  const why =
    item.kind.version === undefined
      ? 'the version that the cluster serves; without a cluster that of Flux 2.9'
      : 'the only version there is';
  return { by: 'compiler', path: undefined, why };
}

/** Labels and annotations: `steps` begin with which of the two. */
function describeMetadata(subject: Subject, steps: Steps): Origin {
  const { blueprint, assembled } = subject;
  const { item } = assembled;
  const own = item.locate(joinPath(item.metadataPath ?? `${item.path}.metadata`, steps));
  const common = joinPath('spec.commonMetadata', steps);
  const written = [own, common].filter((path) => isWritten(blueprint, path));
  const ours = steps[0] === 'labels' ? describeOurLabel(subject, String(steps[1])) : undefined;
  const causes = [
    ...(ours === undefined ? [] : [ours]),
    ...written.map((path) => writtenAt(blueprint, path)),
  ];
  const [first = { by: 'compiler' as const, path: own, why: 'not written' }, ...others] = causes;
  return {
    causes: [first],
    overruled: others.map((cause) => ({ ...cause, value: valueAt(blueprint, splitPath(cause.path ?? '')) })),
  };
}

function describeOurLabel({ assembled: { item }, blueprint }: Subject, label: string): Cause | undefined {
  switch (label) {
    case Label.ManagedBy:
      return { by: 'compiler', path: undefined, why: 'the operator finds its objects by it' };
    case Label.Name:
      return { by: 'blueprint', path: 'metadata.name', why: 'name of the blueprint' };
    case Label.Namespace:
      return isWritten(blueprint, 'metadata.namespace')
        ? { by: 'blueprint', path: 'metadata.namespace', why: 'namespace of the blueprint' }
        : { by: 'compiler', path: 'metadata.namespace', why: 'the namespace that the blueprint is in' };
    case Label.Layer: {
      const { written } = item as Partial<ComponentItem>;
      if (written === undefined) return undefined;
      return { by: 'blueprint', path: item.locate(`${written.layerPath}.name`), why: 'name of the layer' };
    }
    default:
      return undefined;
  }
}
