import Type from 'typebox';
import {
  anyObject,
  atomicList,
  duration,
  flag,
  fluxBlock,
  objectName,
  openObject,
  text,
} from '../shapes/shapes.ts';
import { sourceRef } from './references.ts';

const open = (description: string) =>
  Type.Unsafe<Record<string, never>>({
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
  });

/** The block of a HelmRelease: every field of its `spec`. */
export const HelmReleaseBlock = fluxBlock(
  'Installs a Helm chart (Flux HelmRelease). Takes every field of its spec.',
  {
    interval: duration('How often Flux reconciles it. Default: 15m.'),
    timeout: duration('How long one Helm action may take. Flux default: 5m.'),
    chart: openObject('The chart, where it comes from a HelmRepository, GitRepository or Bucket.', {
      spec: openObject('What to install.', {
        chart: text('Name of the chart, or its path in the source.'),
        version: text('Version or range. Flux default: the newest.'),
        sourceRef: sourceRef(
          ['HelmRepository', 'GitRepository', 'Bucket'],
          'The source, in the form of Flux. Prefer `source` beside the block.',
        ),
      }),
    }),
    chartRef: sourceRef(
      ['OCIRepository', 'HelmChart', 'ExternalArtifact'],
      'The chart, in the form of Flux. Prefer `source` beside the block.',
    ),
    releaseName: text('Name of the release. Flux default: the name of the HelmRelease.', 53),
    targetNamespace: text('Namespace to install into.', 63),
    storageNamespace: text('Namespace in which Helm keeps its state.', 63),
    dependsOn: atomicList(
      'What must be ready first, in the form of Flux. Prefer `dependsOn` beside the block.',
      openObject('A HelmRelease that must be ready first.', {
        name: objectName('Name of the HelmRelease.'),
        namespace: text('Its namespace. Default: that of this HelmRelease.', 63),
        readyExpr: text('CEL that says when it is ready.'),
      }),
      500,
    ),
    suspend: flag('Whether Flux stops to reconcile it.'),
    serviceAccountName: objectName('Account that Flux installs as.'),
    install: open('How Helm installs.'),
    upgrade: open('How Helm upgrades.'),
    values: anyObject('Values of the chart. A null in them is data.'),
    valuesFrom: atomicList(
      'Secrets and ConfigMaps with values; later ones win.',
      open('A source of values.'),
      100,
    ),
  },
);
