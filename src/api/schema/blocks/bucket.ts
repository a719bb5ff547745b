import { flag, fluxBlock, localRef, oneOf, text, duration, shortDuration } from '../shapes/shapes.ts';
import { ignoreField } from './source-fields.ts';

/** The block of a Bucket: every field of its `spec`. */
export const Bucket = fluxBlock('An S3-compatible bucket (Flux Bucket). Takes every field of its spec.', {
  ...ignoreField,
  bucketName: text('Name of the bucket.'),
  endpoint: text('Address of the object storage.'),
  region: text('Region of the bucket.'),
  prefix: text('Prefix of the names of the objects to fetch.'),
  provider: oneOf(['generic', 'aws', 'gcp', 'azure'], 'Kind of object storage. Flux default: generic.'),
  insecure: flag('Whether plain HTTP is allowed.'),
  interval: duration('How often Flux checks for changes.'),
  timeout: shortDuration('How long one fetch may take; hours are not allowed. Flux default: 60s.'),
  secretRef: localRef('Secret with the credentials, in the namespace of the source.'),
  suspend: flag('Whether Flux stops fetching this source.'),
});
