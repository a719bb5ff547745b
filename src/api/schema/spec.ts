import Type, { type Static } from 'typebox';
import { Bucket } from './blocks/bucket.ts';
import { Git } from './blocks/git.ts';
import { HelmReleaseBlock } from './blocks/helm-release.ts';
import { Helm } from './blocks/helm.ts';
import { KustomizationBlock, SubstituteFrom } from './blocks/kustomization.ts';
import { alertFields, providerFields } from './blocks/notification.ts';
import { Oci } from './blocks/oci.ts';
import { sourceRef } from './blocks/references.ts';
import { atMostOneOf, exactlyOneOf, rule } from './rule.ts';
import {
  VARIABLE_NAME,
  atomicList,
  label,
  localRef,
  namedList,
  object,
  objectName,
  oneOf,
  optional,
  set,
  text,
  textMap,
} from './shapes.ts';

const { Optional } = Type;

/** Bounds that a 1.35 API server accepts together with the rules below; its CEL cost estimate multiplies them. */
export const Bound = {
  Sources: 200,
  Layers: 200,
  Components: 500,
  DependsOn: 100,
  Unset: 50,
  Notifications: 100,
} as const;

const sourceBlocks = {
  git: Optional(Git),
  oci: Optional(Oci),
  helm: Optional(Helm),
  bucket: Optional(Bucket),
};

/** The source blocks, by which a source says its kind. */
export const SOURCE_BLOCKS = ['git', 'oci', 'helm', 'bucket'] as const;
/** One of {@link SOURCE_BLOCKS}. */
export type SourceBlock = (typeof SOURCE_BLOCKS)[number];

/** The blocks that deploy something. */
export const COMPONENT_BLOCKS = ['kustomization', 'helmRelease'] as const;
/** One of {@link COMPONENT_BLOCKS}. */
export type ComponentBlock = (typeof COMPONENT_BLOCKS)[number];

const componentBlocks = {
  kustomization: Optional(KustomizationBlock),
  helmRelease: Optional(HelmReleaseBlock),
};

const itemFields = {
  objectName: Optional(objectName('Name of the generated object. Default: `name`.')),
  namespace: Optional(
    label('Namespace of the generated object. Default: that of the layer, else that of the blueprint.'),
  ),
  unset: Optional(
    set(
      'Dotted paths in the block of what is inherited and not wanted, e.g. `postBuild`.',
      text('Dotted path.', 256),
      Bound.Unset,
    ),
  ),
};

const Defaults = object("Fields merged under every block of the kind; a block's own fields win.", {
  ...sourceBlocks,
  ...componentBlocks,
});

const ONLY_PATH = '^[A-Za-z0-9._@+-]+(/[A-Za-z0-9._@+-]+)*$';

interface SourceUnion {
  git?: unknown;
  oci?: unknown;
  helm?: unknown;
  bucket?: unknown;
  sourceRef?: unknown;
  onlyPaths?: unknown;
}

/** One source. */
export const Source = object(
  'A place to fetch from: a block for a source to generate, or `sourceRef` for one that exists.',
  {
    name: label('Name of the source in this blueprint.'),
    ...itemFields,
    ...sourceBlocks,
    sourceRef: Optional(
      sourceRef(
        ['GitRepository', 'OCIRepository', 'HelmRepository', 'Bucket', 'ExternalArtifact', 'HelmChart'],
        'A source that exists already: used, never generated.',
      ),
    ),
    onlyPaths: Optional(
      set(
        'Folders to keep, from the root of the source; all else is left out (`spec.ignore`).',
        Type.String({
          description: 'Folder, e.g. `clusters` or `apps/shop`.',
          pattern: ONLY_PATH,
          maxLength: 256,
        }),
        100,
      ),
    ),
  },
  [exactlyOneOf<SourceUnion>(['git', 'oci', 'helm', 'bucket', 'sourceRef'], 'a source')],
);

interface ComponentUnion {
  git?: unknown;
  oci?: unknown;
  helm?: unknown;
  bucket?: unknown;
  source?: unknown;
  kustomization?: unknown;
  helmRelease?: unknown;
  components?: unknown;
}

const dependsOn = atomicList(
  'What must be ready first: a component of the same layer, a layer, `layer/component`, or `layer/` where a layer and a component have the same name.',
  text('Name of a layer or component.', 127),
  Bound.DependsOn,
);

const deployFields = {
  source: Optional(label('One of `sources`. Default: the only one that fits.')),
  path: Optional(
    text('Folder in the source. Default: `<path of the layer>/<component>`, else `./<layer>`.', 1024),
  ),
  dependsOn: Optional(dependsOn),
  ...itemFields,
  ...sourceBlocks,
  ...componentBlocks,
};

const oneSource = atMostOneOf<ComponentUnion>(['source', 'git', 'oci', 'helm', 'bucket'], 'a component');

/** One component of a layer. */
export const Component = object(
  'Something to deploy: a Kustomization or a HelmRelease.',
  { name: label('Name of the component in its layer, and of the object.'), ...deployFields },
  [exactlyOneOf<ComponentUnion>(['kustomization', 'helmRelease'], 'a component'), oneSource],
);

/** One layer. */
export const Layer = object(
  'A step of the deployment order: one component (a block right here), or a list of them.',
  {
    name: label('Name of the layer.'),
    ...deployFields,
    defaults: Optional(Defaults),
    components: Optional(namedList('The components of the layer.', Component, Bound.Components)),
  },
  [exactlyOneOf<ComponentUnion>(['kustomization', 'helmRelease', 'components'], 'a layer'), oneSource],
);

const Variables = object('Variables for every Kustomization (`postBuild`).', {
  substitute: Optional(
    textMap('Variables by name.', {
      maxProperties: 200,
      rules: [
        rule<Record<string, string>>({
          rule: `self.all(name, name.matches('${VARIABLE_NAME}'))`,
          message: 'names of variables hold letters, digits and underscores, and do not begin with a digit',
          holds: (self) => Object.keys(self).every((name) => new RegExp(VARIABLE_NAME).test(name)),
        }),
      ],
    }),
  ),
  substituteFrom: Optional(
    atomicList('ConfigMaps and Secrets whose keys become variables; later ones win.', SubstituteFrom, 100),
  ),
});

const notificationItem = {
  name: label('Name of the object.'),
  objectName: itemFields.objectName,
  namespace: Optional(label('Namespace of the generated object. Default: that of the blueprint.')),
};

/** One provider; every other field is one of Flux's Provider. */
export const ProviderItem = Type.Object(
  { ...notificationItem, ...optional(providerFields), type: providerFields.type },
  {
    description: 'Where notifications go (Flux Provider). Takes every field of its spec.',
    'x-kubernetes-preserve-unknown-fields': true,
  },
);

interface AlertUnion {
  eventSources?: unknown;
  layers?: unknown;
}

/** One alert; every other field is one of Flux's Alert. */
export const AlertItem = Type.Object(
  {
    ...notificationItem,
    ...optional(alertFields),
    providerRef: alertFields.providerRef,
    layers: Optional(
      set('Listen only to what these layers generate.', label('Name of a layer.'), Bound.Layers),
    ),
  },
  {
    description: 'What is notified (Flux Alert). Takes every field of its spec.',
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-validations': [atMostOneOf<AlertUnion>(['eventSources', 'layers'], 'an alert')],
  },
);

/** The spec of a FluxBlueprint. */
export const Spec = object('What is wanted.', {
  serviceAccountName: Optional(
    objectName(
      'Account, in the namespace of the blueprint, that the operator writes as and that every Kustomization and HelmRelease gets. Without one, only the namespace of the blueprint can be written to.',
    ),
  ),
  adoption: Optional(
    oneOf(
      ['Refuse', 'Adopt'],
      'What to do with an object that exists and is not ours. Refuse (the default): say so and touch nothing. Adopt: take it over.',
    ),
  ),
  defaults: Optional(Defaults),
  variables: Optional(Variables),
  sources: Optional(namedList('Where to fetch from.', Source, Bound.Sources)),
  layers: Optional(namedList('What to deploy, in the order that `dependsOn` says.', Layer, Bound.Layers)),
  secrets: Optional(
    object('How secrets are handled.', {
      sops: Optional(
        object('SOPS: every Kustomization decrypts with it.', {
          secretRef: Optional(localRef('Secret with the keys, in the namespace of each Kustomization.')),
        }),
      ),
    }),
  ),
  notifications: Optional(
    object('Who hears of what happens.', {
      providers: Optional(namedList('Where notifications go.', ProviderItem, Bound.Notifications)),
      alerts: Optional(namedList('What is notified.', AlertItem, Bound.Notifications)),
    }),
  ),
});

/** The spec as a TypeScript type. */
export type Spec = Static<typeof Spec>;
/** See {@link Source}. */
export type Source = Static<typeof Source>;
/** See {@link Layer}. */
export type Layer = Static<typeof Layer>;
/** See {@link Component}. */
export type Component = Static<typeof Component>;
/** See {@link ProviderItem}. */
export type ProviderItem = Static<typeof ProviderItem>;
/** See {@link AlertItem}. */
export type AlertItem = Static<typeof AlertItem>;
/** Fields merged under blocks. */
export type Defaults = Static<typeof Defaults>;
