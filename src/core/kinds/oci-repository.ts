import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import type { SourceKind } from './kind.ts';

/** `oci` → OCIRepository. */
export const ociRepository: SourceKind = {
  group: 'source.toolkit.fluxcd.io',
  kind: 'OCIRepository',
  block: 'oci',
  defaults: { interval: '10m' },
  merge: { unions: [] },
  hasIgnore: true,
};

/**
 * Selects the layer of an OCI artifact that holds a Helm chart. It is copied as an archive, for Helm unpacks it itself.
 */
export const CHART_LAYER: JsonObject = {
  mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  operation: 'copy',
};
