import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { ExternalSecretItem } from '../../../api/schema/spec.ts';
import { type Draft, nameInScope, namespacePathOf } from './component.ts';
import { externalSecret } from '../../kinds/external-secret.ts';
import type { ComponentItem } from '../model/item.ts';
import { emptyObject } from '../../values/json.ts';
import { mergeOverlays } from '../../kinds/overlay.ts';
import { itemPath } from '../../values/path.ts';

/** Fields of an item that are the blueprint's own and not of an ExternalSecret. */
const OURS: ReadonlySet<string> = new Set(['name', 'objectName', 'namespace', 'metadata', 'dependsOn']);

/** Drafts `spec.secrets.externalSecrets`: they stand in no layer, and can depend on layers. */
export function draftExternalSecrets(draft: Draft): ComponentItem[] {
  return (draft.scope.spec.secrets?.externalSecrets ?? []).map((written, i) =>
    draftExternalSecret(draft, written, itemPath('spec.secrets.externalSecrets', i)),
  );
}

function draftExternalSecret(draft: Draft, written: ExternalSecretItem, path: string): ComponentItem {
  const { scope } = draft;
  const value = emptyObject();
  for (const [field, content] of Object.entries(written as JsonObject)) {
    if (!OURS.has(field)) value[field] = content;
  }
  const overlays = [{ at: [], value, path }];
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
    foreign: [],
  };
}
