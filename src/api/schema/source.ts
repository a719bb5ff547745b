import Type from 'typebox';
import { sourceRef } from './blocks/references.ts';
import { itemFields, sourceBlocks } from './item.ts';
import { exactlyOneOf } from './shapes/rule.ts';
import { label, object, set } from './shapes/shapes.ts';

const { Optional } = Type;

const ONLY_PATH = '^[A-Za-z0-9._@+-]+(/[A-Za-z0-9._@+-]+)*$';

interface SourceUnion {
  git?: unknown;
  oci?: unknown;
  helm?: unknown;
  bucket?: unknown;
  sourceRef?: unknown;
}

/** One source. */
export const Source = object(
  'A place to fetch from: a block for a source to generate, or `sourceRef` for an existing one.',
  {
    name: label('Name of the source in this blueprint.'),
    ...itemFields,
    ...sourceBlocks,
    sourceRef: Optional(
      sourceRef(
        ['GitRepository', 'OCIRepository', 'HelmRepository', 'Bucket', 'ExternalArtifact', 'HelmChart'],
        'An existing source: used, never generated.',
      ),
    ),
    onlyPaths: Optional(
      set(
        'Folders to keep, from the root of the source; everything else is left out (`spec.ignore`).',
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
