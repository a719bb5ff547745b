import Type from 'typebox';
import { Bound } from './shapes/bounds.ts';
import { Defaults, componentBlocks, itemFields, sourceBlocks } from './item.ts';
import { atMostOneOf, exactlyOneOf } from './shapes/rule.ts';
import {
  API_VERSION_PATTERN,
  atomicList,
  label,
  object,
  objectName,
  openObject,
  text,
  wholeNamedList,
} from './shapes/shapes.ts';

const { Optional } = Type;

interface ComponentUnion {
  git?: unknown;
  oci?: unknown;
  helm?: unknown;
  bucket?: unknown;
  source?: unknown;
  kustomization?: unknown;
  helmRelease?: unknown;
  object?: unknown;
  components?: unknown;
}

const dependsOn = atomicList(
  'What must be ready first: a component of the same layer, a layer, `layer/component`, or `layer/` if a layer and a component have the same name.',
  text('Name of a layer or component.', 127),
  Bound.DependsOn,
);

/** An object outside of the blueprint that something waits for. */
export const ExternalObject = object('An object outside of this blueprint.', {
  apiVersion: Type.String({
    description: 'API version, e.g. `apps/v1`.',
    pattern: API_VERSION_PATTERN,
    maxLength: 253,
  }),
  kind: text('Kind.', 63),
  name: objectName('Name.'),
  namespace: Optional(
    label('Namespace. Default: the namespace of the component; none for cluster-scoped kinds.'),
  ),
  readyExpr: Optional(text('CEL over `dep` (that object) and `self` (this one), as in Flux.', 1024)),
});

const dependsOnObjects = atomicList(
  'Objects outside of this blueprint that must be ready first: by kstatus, or as `readyExpr` says.',
  ExternalObject,
  Bound.DependsOn,
);

const anyKind = Type.Unsafe<Record<string, never>>(
  openObject(
    'An object of any other kind of the API groups of Flux, flux-operator and External Secrets. Kinds of Flux 2.9 are checked offline.',
    {
      apiVersion: Type.String({ description: 'API version.', pattern: API_VERSION_PATTERN, maxLength: 253 }),
      kind: text('Kind.', 63),
    },
  ),
);

const deployFields = {
  source: Optional(label('One of `sources`. Default: the only one that fits.')),
  path: Optional(
    text('Folder in the source. Default: `<path of the layer>/<component>`, else `./<layer>`.', 1024),
  ),
  dependsOn: Optional(dependsOn),
  dependsOnObjects: Optional(dependsOnObjects),
  ...itemFields,
  ...sourceBlocks,
  ...componentBlocks,
  object: Optional(anyKind),
};

const oneSource = atMostOneOf<ComponentUnion>(['source', 'git', 'oci', 'helm', 'bucket'], 'a component');

/** One component of a layer. */
export const Component = object(
  'Something to deploy: a Kustomization, a HelmRelease, or an object of another kind.',
  { name: label('Name of the component in its layer, and of the object.'), ...deployFields },
  [exactlyOneOf<ComponentUnion>(['kustomization', 'helmRelease', 'object'], 'a component'), oneSource],
);

/** One layer. */
export const Layer = object(
  'A step of the deployment order: one component (a block in the layer itself), or a list of components.',
  {
    name: label('Name of the layer.'),
    ...deployFields,
    defaults: Optional(Defaults),
    components: Optional(wholeNamedList('The components of the layer.', Component, Bound.Components, 1)),
  },
  [
    exactlyOneOf<ComponentUnion>(['kustomization', 'helmRelease', 'object', 'components'], 'a layer'),
    oneSource,
  ],
);
