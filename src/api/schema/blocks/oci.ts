import { flag, fluxBlock, oneOf, openObject, text } from '../shapes/shapes.ts';
import { ignoreField, sourceFields } from './source-fields.ts';

/** The block of an OCIRepository: every field of its `spec`. */
export const Oci = fluxBlock('An OCI artifact (Flux OCIRepository). Takes every field of its spec.', {
  ...sourceFields,
  ...ignoreField,
  ref: openObject('Which artifact to take. Of several, Flux takes the first of: digest, semver, tag.', {
    digest: text('Digest, sha256:…'),
    semver: text('Range of versions; the newest matching tag is taken.'),
    semverFilter: text('Regular expression that tags must match before the range is looked at.'),
    tag: text('Tag. Flux default: latest.'),
  }),
  provider: oneOf(['generic', 'aws', 'azure', 'gcp'], 'How to authenticate. Flux default: generic.'),
  insecure: flag('Whether plain HTTP is allowed.'),
  layerSelector: openObject(
    'Which layer of the artifact to take. Filled in where only HelmReleases use the source.',
    {
      mediaType: text('Media type of the layer; the first that matches is taken.'),
      operation: oneOf(['extract', 'copy'], 'What to do with the layer. Flux default: extract.'),
    },
  ),
});
