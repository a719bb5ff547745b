import type { Schema } from '../validation/check-schema.ts';

/** Shorthands for the parts of the schema. */
const text: Schema = { type: 'string' };
const name: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};
/** A duration as Go parses it. The CRD accepts any text, but the controller cannot read an object with a wrong one. */
const duration: Schema = { type: 'string', pattern: '^(0|([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$' };
const oneOf = (...words: string[]): Schema => ({ type: 'string', enum: words });
const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
});
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });

const decoding = oneOf('Auto', 'Base64', 'Base64URL', 'None');
const conversion = oneOf('Default', 'Unicode');
const nullBytes = oneOf('Ignore', 'Fail');

const storeRef = object({ name, kind: oneOf('SecretStore', 'ClusterSecretStore') });
/** Any kind of generator is allowed: External Secrets adds new ones with every release. */
const generatorRef = object({ apiVersion: text, kind: text, name }, 'kind', 'name');
const sourceRef = object({ storeRef, generatorRef });

const remoteRef = object(
  {
    key: text,
    property: text,
    version: text,
    metadataPolicy: oneOf('None', 'Fetch'),
    conversionStrategy: conversion,
    decodingStrategy: decoding,
    nullBytePolicy: nullBytes,
  },
  'key',
);

const find = object({
  path: text,
  name: object({ regexp: text }),
  tags: mapOf(text),
  conversionStrategy: conversion,
  decodingStrategy: decoding,
  nullBytePolicy: nullBytes,
});

const rewrite = object({
  regexp: object({ source: text, target: text }, 'source', 'target'),
  transform: object({ template: text }, 'template'),
  merge: object({
    into: text,
    priority: listOf(text),
    strategy: oneOf('Extract', 'JSON'),
    conflictPolicy: oneOf('Ignore', 'Error'),
    priorityPolicy: oneOf('IgnoreNotFound', 'Strict'),
  }),
});

const templateSource = object(
  { name, items: listOf(object({ key: text, templateAs: text }, 'key')) },
  'name',
  'items',
);

const template = object({
  type: text,
  engineVersion: oneOf('v2'),
  mergePolicy: oneOf('Replace', 'Merge'),
  data: mapOf(text),
  metadata: object({ labels: mapOf(text), annotations: mapOf(text), finalizers: listOf(text) }),
  templateFrom: listOf(
    object({
      configMap: templateSource,
      secret: templateSource,
      literal: text,
      target: text,
      valuesDecodingStrategy: decoding,
    }),
  ),
});

/**
 * The schema of an ExternalSecret's `spec` (external-secrets.io/v1), after the CRD of External Secrets 2.9. It is
 * written by hand, because no package ships that CRD for `make generate` to read.
 */
export const EXTERNAL_SECRET_SPEC: Schema = object({
  refreshInterval: duration,
  refreshPolicy: oneOf('CreatedOnce', 'Periodic', 'OnChange'),
  secretStoreRef: storeRef,
  syncWindows: object(
    {
      kind: oneOf('allow', 'deny'),
      windows: listOf(
        object({ schedule: { type: 'string', minLength: 1 }, duration: text }, 'schedule', 'duration'),
      ),
    },
    'kind',
    'windows',
  ),
  target: object({
    name,
    creationPolicy: oneOf('Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'),
    deletionPolicy: oneOf('Delete', 'Merge', 'Retain'),
    immutable: { type: 'boolean' },
    manifest: object({ apiVersion: text, kind: text }, 'apiVersion', 'kind'),
    template,
  }),
  data: listOf(
    object(
      {
        secretKey: { type: 'string', minLength: 1, maxLength: 253, pattern: '^[-._a-zA-Z0-9]+$' },
        remoteRef,
        sourceRef,
      },
      'secretKey',
      'remoteRef',
    ),
  ),
  dataFrom: listOf(object({ extract: remoteRef, find, rewrite: listOf(rewrite), sourceRef })),
});
