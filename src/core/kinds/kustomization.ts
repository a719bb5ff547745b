import type { Spec } from '../../api/schema/spec.ts';
import { isObject, own } from '../values/json.ts';
import type { Overlay } from './overlay.ts';
import { type ComponentKind, referenceTo } from './kind.ts';

/** `kustomization` → Kustomization. */
export const kustomization: ComponentKind = {
  group: 'kustomize.toolkit.fluxcd.io',
  kind: 'Kustomization',
  block: 'kustomization',
  nameIsLabel: true,
  defaults: { interval: '10m', prune: true, wait: true },
  merge: { unions: [] },
  inherit,
  complete(spec, written) {
    // Flux ignores healthChecks beside `wait: true`, so naming them without asking to wait means waiting for those
    // only.
    const asked = written.some(({ at, value }) => at.length === 0 && own(value, 'wait') !== undefined);
    if (own(spec, 'healthChecks') !== undefined && !asked) Reflect.deleteProperty(spec, 'wait');
  },
  source: {
    hasPath: true,
    nativeReference(spec) {
      const ref = own(spec, 'sourceRef');
      return isObject(ref) ? { at: ['sourceRef'], ref } : undefined;
    },
    accepts: () => ['GitRepository', 'OCIRepository', 'Bucket', 'ExternalArtifact'],
    writeReference(spec, source, namespace) {
      spec['sourceRef'] = referenceTo(source, namespace);
    },
  },
};

function inherit(spec: Spec): Overlay[] {
  const overlays: Overlay[] = [];
  if (spec.serviceAccountName !== undefined) {
    overlays.push({ at: [], value: { serviceAccountName: spec.serviceAccountName }, path: 'spec' });
  }
  // An empty postBuild is not the same as none: with it Flux refuses every unknown variable in the manifests.
  if (spec.variables !== undefined && Object.keys(spec.variables).length > 0) {
    overlays.push({ at: ['postBuild'], value: spec.variables, path: 'spec.variables' });
  }
  const sops = spec.secrets?.sops;
  if (sops !== undefined) {
    overlays.push({
      at: ['decryption'],
      value: { provider: 'sops' },
      path: 'spec.secrets.sops',
      derived: true,
    });
    if (sops.secretRef !== undefined) {
      overlays.push({ at: ['decryption'], value: { secretRef: sops.secretRef }, path: 'spec.secrets.sops' });
    }
  }
  return overlays;
}
