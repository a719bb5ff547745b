import { flag, fluxBlock, oneOf, openObject, text } from '../shapes/shapes.ts';
import { ignoreField, sourceFields } from './source-fields.ts';

/** The block of an OCIRepository: every field of its `spec`. */
export const Oci = fluxBlock('An OCI artifact (Flux OCIRepository). Takes every field of its spec.', {
  ...sourceFields,
  ...ignoreField,
  ref: openObject(
    'Which artifact to take. If several are set, Flux takes the first of: digest, semver, tag.',
    {
      digest: text('Digest, sha256:…'),
      semver: text('Version range; the newest matching tag is taken.'),
      semverFilter: text('Regular expression that a tag must match to be compared with the range.'),
      tag: text('Tag. Flux default: latest.'),
    },
  ),
  provider: oneOf(['generic', 'aws', 'azure', 'gcp'], 'How to authenticate. Flux default: generic.'),
  insecure: flag('Whether plain HTTP is allowed.'),
  layerSelector: openObject(
    'Which layer of the artifact to take. Filled in if only HelmReleases use the source, unless `unset` names it.',
    {
      mediaType: text('Media type of the layer; the first that matches is taken.'),
      operation: oneOf(['extract', 'copy'], 'What to do with the layer. Flux default: extract.'),
    },
  ),
});
