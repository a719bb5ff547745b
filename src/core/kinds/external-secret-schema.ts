import type { Schema } from '../validation/check-schema.ts';

/** Text, one of some words, or of a form. */
const text: Schema = { type: 'string' };
const name: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};
/** A duration as Go reads it; the CRD takes any text, and the controller then fails to read the object. */
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
/** A generator's kind is open: External Secrets adds some with every release. */
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
 * What the `spec` of an ExternalSecret (external-secrets.io/v1) may hold, read from the CRD of External Secrets 2.9.
 * Written by hand, because its CRD comes with no module that could be had for `make generate`.
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
