import Type from 'typebox';
import { Bucket } from './blocks/bucket.ts';
import { Git } from './blocks/git.ts';
import { HelmReleaseBlock } from './blocks/helm-release.ts';
import { Helm } from './blocks/helm.ts';
import { KustomizationBlock } from './blocks/kustomization.ts';
import { MetadataBlock } from './shapes/metadata.ts';
import { Oci } from './blocks/oci.ts';
import { Bound } from './shapes/bounds.ts';
import { label, object, objectName, set, text } from './shapes/shapes.ts';

const { Optional } = Type;

/** The source blocks. A source has exactly one of them, which gives it its kind. */
export const SOURCE_BLOCKS = ['git', 'oci', 'helm', 'bucket'] as const;
/** One of {@link SOURCE_BLOCKS}. */
export type SourceBlock = (typeof SOURCE_BLOCKS)[number];

/** The blocks that deploy something from a source. */
export const COMPONENT_BLOCKS = ['kustomization', 'helmRelease'] as const;
/** One of {@link COMPONENT_BLOCKS}. */
export type ComponentBlock = (typeof COMPONENT_BLOCKS)[number];

/** The source blocks as fields. */
export const sourceBlocks = {
  git: Optional(Git),
  oci: Optional(Oci),
  helm: Optional(Helm),
  bucket: Optional(Bucket),
};

/** The component blocks as fields. */
export const componentBlocks = {
  kustomization: Optional(KustomizationBlock),
  helmRelease: Optional(HelmReleaseBlock),
};

/** The fields that every item of a blueprint has that becomes an object. */
export const itemFields = {
  objectName: Optional(objectName('Name of the generated object. Default: the `name` of the item.')),
  namespace: Optional(
    label('Namespace of the generated object. Default: the namespace of the layer, else of the blueprint.'),
  ),
  metadata: Optional(MetadataBlock),
  unset: Optional(
    set(
      'Dotted paths, in the block, of inherited fields to drop, e.g. `postBuild`.',
      text('Dotted path.', 256),
      Bound.Unset,
    ),
  ),
};

/** `defaults`: fields that are merged under every block of a kind. */
export const Defaults = object("Fields merged under every block of the kind; a block's own fields win.", {
  ...sourceBlocks,
  ...componentBlocks,
});
