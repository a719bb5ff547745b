/**
 * The typed fields of Flux's own kinds, one file a kind or group of kinds: a field of a block is documented and
 * completed in editors if it is here, and passes through if it is not. The room may import the shapes only. Begin with
 * this file; the other blocks have the same form.
 */
import Type from 'typebox';
import {
  atomicList,
  duration,
  flag,
  fluxBlock,
  objectName,
  oneOf,
  openObject,
  text,
  textMap,
} from '../shapes/shapes.ts';
import { sourceRef } from './references.ts';

/** A ConfigMap or Secret that variables are read from. */
export const SubstituteFrom = openObject('A ConfigMap or Secret whose keys become variables.', {
  kind: oneOf(['ConfigMap', 'Secret'], 'Kind of the object.'),
  name: objectName('Name of the object, in the namespace of the Kustomization.'),
  optional: flag('Whether the object may be missing.'),
});

const dependency = openObject("A Kustomization that must be ready first, in Flux's own form.", {
  name: objectName('Name of the Kustomization.'),
  namespace: text('Its namespace. Default: the namespace of this Kustomization.', 63),
  readyExpr: text('CEL expression that says when it is ready.'),
});

/** The block of a Kustomization: every field of its `spec`. */
export const KustomizationBlock = fluxBlock(
  'Deploys manifests (Flux Kustomization). Takes every field of its spec.',
  {
    interval: duration('How often Flux reconciles it. Default: 10m.'),
    retryInterval: duration('How soon Flux tries again after a failure. Flux default: the interval.'),
    timeout: duration(
      'How long applying and health checks may take. Flux default: the interval less 30s; at least 30s.',
    ),
    path: text("Folder in the source, in Flux's own form. Prefer `path` beside the block."),
    sourceRef: sourceRef(
      ['GitRepository', 'OCIRepository', 'Bucket', 'ExternalArtifact'],
      "The source, in Flux's own form. Prefer `source` beside the block.",
    ),
    dependsOn: atomicList(
      "What must be ready first, in Flux's own form. Prefer `dependsOn` beside the block.",
      dependency,
      500,
    ),
    prune: flag('Whether Flux deletes objects that leave the source. Default: true.'),
    wait: flag(
      'Whether every applied object must become ready. Default: true, unless healthChecks are given.',
    ),
    force: flag('Whether Flux recreates objects whose immutable fields change.'),
    suspend: flag('Whether Flux stops reconciling it.'),
    targetNamespace: text('Namespace to apply everything in.', 63),
    serviceAccountName: objectName(
      'ServiceAccount that Flux applies as. Default: that of the blueprint; another one is a finding (`own-account`).',
    ),
    deletionPolicy: oneOf(
      ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'],
      'What happens to the applied objects when the Kustomization is deleted.',
    ),
    decryption: openObject('How secrets are decrypted. Filled in from `secrets.sops`.', {
      provider: oneOf(['sops'], 'The only provider is sops.'),
      secretRef: openObject('Secret with the keys.', { name: objectName('Name of the Secret.') }),
      serviceAccountName: objectName('ServiceAccount for a cloud key service.'),
    }),
    postBuild: openObject('Variables. Filled in from `variables`.', {
      substitute: textMap('Variables by name.'),
      substituteFrom: atomicList(
        'Where more variables come from; replaces the inherited list.',
        SubstituteFrom,
        100,
      ),
    }),
    patches: atomicList(
      'Patches to the manifests of the source.',
      Type.Unsafe<Record<string, never>>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
      500,
    ),
  },
);
