import type { Spec } from '../../api/schema/spec.ts';
import { isObject, objectIn, own, valueAt } from '../values/json.ts';
import type { Overlay } from './overlay.ts';
import { type ComponentKind, referenceTo } from './kind.ts';

/** `helmRelease` → HelmRelease. */
export const helmRelease: ComponentKind = {
  group: 'helm.toolkit.fluxcd.io',
  kind: 'HelmRelease',
  block: 'helmRelease',
  nameIsLabel: true,
  defaults: { interval: '15m' },
  merge: { unions: [['chart', 'chartRef']] },
  inherit,
  complete: () => undefined,
  source: {
    hasPath: false,
    nativeReference(spec) {
      const chartRef = own(spec, 'chartRef');
      if (isObject(chartRef)) return { at: ['chartRef'], ref: chartRef };
      const sourceRef = valueAt(spec, ['chart', 'spec', 'sourceRef']);
      return isObject(sourceRef) ? { at: ['chart', 'spec', 'sourceRef'], ref: sourceRef } : undefined;
    },
    accepts: (spec) =>
      own(spec, 'chart') === undefined
        ? ['OCIRepository', 'HelmChart', 'ExternalArtifact']
        : ['HelmRepository', 'GitRepository', 'Bucket'],
    writeReference(spec, source, namespace) {
      if (own(spec, 'chart') === undefined) {
        spec['chartRef'] = referenceTo(source, namespace);
        return;
      }
      objectIn(objectIn(spec, 'chart'), 'spec')['sourceRef'] = referenceTo(source, namespace);
    },
  },
};

function inherit(spec: Spec): Overlay[] {
  return spec.serviceAccountName === undefined
    ? []
    : [{ at: [], value: { serviceAccountName: spec.serviceAccountName }, path: 'spec' }];
}
