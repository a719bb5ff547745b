import {
  anyObject,
  atomicList,
  duration,
  flag,
  fluxBlock,
  objectName,
  openObject,
  passThrough,
  text,
} from '../shapes/shapes.ts';
import { sourceRef } from './references.ts';

/** The block of a HelmRelease: every field of its `spec`. */
export const HelmReleaseBlock = fluxBlock(
  'Installs a Helm chart (Flux HelmRelease). Takes every field of its spec.',
  {
    interval: duration('How often Flux reconciles it. Default: 15m.'),
    timeout: duration('How long one Helm action may take. Flux default: 5m.'),
    chart: openObject('The chart, if it comes from a HelmRepository, GitRepository or Bucket.', {
      spec: openObject('What to install.', {
        chart: text('Name of the chart, or its path in the source.'),
        version: text('Version or range. Flux default: the newest.'),
        sourceRef: sourceRef(
          ['HelmRepository', 'GitRepository', 'Bucket'],
          "The source, in Flux's own form. Prefer `source` beside the block.",
        ),
      }),
    }),
    chartRef: sourceRef(
      ['OCIRepository', 'HelmChart', 'ExternalArtifact'],
      "The chart, in Flux's own form. Prefer `source` beside the block.",
    ),
    releaseName: text(
      'Name of the release. Flux default: `[<targetNamespace>-]<name>`, shortened to 53 characters. In an environment with `kubeConfig`, `<name>` has no suffix unless two releases would be one. `fluxblueprint render` takes it that no release exists, unless `--live` shows those that do.',
      53,
    ),
    targetNamespace: text('Namespace to install into.', 63),
    storageNamespace: text('Namespace in which Helm keeps its state.', 63),
    dependsOn: atomicList(
      "What must be ready first, in Flux's own form. Prefer `dependsOn` beside the block.",
      openObject('A HelmRelease that must be ready first.', {
        name: objectName('Name of the HelmRelease.'),
        namespace: text('Its namespace. Default: the namespace of this HelmRelease.', 63),
        readyExpr: text('CEL expression that says when it is ready.'),
      }),
      500,
    ),
    suspend: flag('Whether Flux stops reconciling it.'),
    serviceAccountName: objectName(
      'ServiceAccount that Flux installs as. Default: that of the blueprint; another one is a finding (`own-account`).',
    ),
    install: passThrough('How Helm installs.'),
    upgrade: passThrough('How Helm upgrades.'),
    values: anyObject('Values of the chart. A null in them is kept.'),
    valuesFrom: atomicList(
      'Secrets and ConfigMaps with values; later ones win.',
      passThrough('A source of values.'),
      100,
    ),
  },
);
