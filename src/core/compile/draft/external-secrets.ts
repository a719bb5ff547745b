import type { ExternalSecretItem } from '../../../api/schema/spec.ts';
import { externalSecret } from '../../kinds/external-secret.ts';
import { mergeOverlays } from '../../kinds/overlay.ts';
import { itemPath } from '../../values/path.ts';
import type { ComponentItem } from '../model/item.ts';
import { itemOverlay } from './merge-spec.ts';
import { type Draft, nameInScope, namespacePathOf } from './naming.ts';

/** Fields of an item that belong to the blueprint and not to the ExternalSecret. */
const OURS: ReadonlySet<string> = new Set(['name', 'objectName', 'namespace', 'metadata', 'dependsOn']);

/** Drafts `spec.secrets.externalSecrets`. They belong to no layer, but can depend on layers. */
export function draftExternalSecrets(draft: Draft): ComponentItem[] {
  return (draft.scope.spec.secrets?.externalSecrets ?? []).map((written, i) =>
    draftExternalSecret(draft, written, itemPath('spec.secrets.externalSecrets', i)),
  );
}

function draftExternalSecret(draft: Draft, written: ExternalSecretItem, path: string): ComponentItem {
  const { scope } = draft;
  const overlays = [itemOverlay(written, OURS, path)];
  const { name, dependsOn } = written;
  const component = dependsOn === undefined ? { name } : { name, dependsOn };
  return {
    kind: externalSecret,
    name: nameInScope(draft, written, path, externalSecret),
    namespace: written.namespace ?? scope.namespace,
    namespacePath: namespacePathOf(scope, [[written, path]]),
    layer: '',
    environment: scope.environment,
    title: `externalSecrets/${name}`,
    path,
    specPath: path,
    locate: scope.locate,
    metadata: written.metadata,
    overlays,
    spec: mergeOverlays(externalSecret.defaults, overlays, externalSecret.merge),
    written: { component, layer: component, layerPath: path },
    edges: [],
    external: [],
  };
}
