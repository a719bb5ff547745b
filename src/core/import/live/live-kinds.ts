import type { KindRef } from '../../../api/object.ts';

/** The kinds that are read of a cluster, each in the version that is served today. */
export const LIVE_KINDS: readonly KindRef[] = Object.entries({
  'kustomize.toolkit.fluxcd.io/v1': ['Kustomization'],
  'helm.toolkit.fluxcd.io/v2': ['HelmRelease'],
  'source.toolkit.fluxcd.io/v1': ['GitRepository', 'OCIRepository', 'HelmRepository', 'Bucket', 'HelmChart'],
  'source.extensions.fluxcd.io/v1beta1': ['ArtifactGenerator'],
  'notification.toolkit.fluxcd.io/v1beta3': ['Provider', 'Alert'],
  'notification.toolkit.fluxcd.io/v1': ['Receiver'],
  'image.toolkit.fluxcd.io/v1': ['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'],
  'fluxcd.controlplane.io/v1': ['FluxInstance', 'ResourceSet', 'ResourceSetInputProvider'],
  'external-secrets.io/v1': ['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore'],
}).flatMap(([apiVersion, kinds]) => kinds.map((kind) => ({ apiVersion, kind })));
