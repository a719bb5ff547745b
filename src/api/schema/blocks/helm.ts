import { flag, fluxBlock, oneOf } from '../shapes/shapes.ts';
import { sourceFields } from './source-fields.ts';

/** The block of a HelmRepository: every field of its `spec`. */
export const Helm = fluxBlock(
  'A Helm chart repository (Flux HelmRepository). Takes every field of its spec.',
  {
    ...sourceFields,
    type: oneOf(
      ['default', 'oci'],
      'Kind of repository. Prefer an `oci` source to type oci, which Flux has in maintenance mode.',
    ),
    provider: oneOf(
      ['generic', 'aws', 'azure', 'gcp'],
      'How to authenticate, for type oci. Flux default: generic.',
    ),
    passCredentials: flag('Whether credentials are sent to other hosts too.'),
    insecure: flag('Whether plain HTTP is allowed, for type oci.'),
  },
);
