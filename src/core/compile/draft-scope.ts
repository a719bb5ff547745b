import { checkGenerate } from './draft/sops-rules.ts';
import type { Problems } from '../validation/problem.ts';
import { draftExternalSecrets } from './draft/external-secrets.ts';
import { type Draft, draftLayer } from './draft/component.ts';
import { isNative, linkComponents } from './link/link-dependencies.ts';
import type { Scope } from './environments/scopes.ts';
import type { Placed } from './assemble.ts';
import type { ComponentItem, Item, SourceItem } from './model/item.ts';
import { itemPath } from '../values/path.ts';
import { referToSources } from './link/link-sources.ts';
import { type SourceIndex, indexSources } from './draft/sources.ts';

/** What one scope generates. */
export interface Drafted {
  scope: Scope;
  sources: SourceItem[];
  components: ComponentItem[];
  inPlace: ReadonlyMap<ComponentItem, SourceItem>;
  index: SourceIndex;
  problems: Problems;
}

/** Drafts everything of a scope: sources of its own, in place and named, components, ExternalSecrets. */
export function draftScope(scope: Scope, shared: SourceIndex | undefined, problems: Problems): Drafted {
  const draft: Draft = { scope, problems: problems.within(scope) };
  const whole = shared === undefined;
  const index = indexSources(
    draft,
    shared,
    (name) => whole || scope.ownSources.has(name) || shared.byName.get(name) === undefined,
  );
  const components: ComponentItem[] = [];
  const inPlace = new Map<ComponentItem, SourceItem>();
  (scope.spec.layers ?? []).forEach((layer, i) => {
    for (const drafted of draftLayer(draft, layer, itemPath('spec.layers', i))) {
      const component = 'component' in drafted ? drafted.component : drafted;
      components.push(component);
      if ('component' in drafted) inPlace.set(component, drafted.source);
    }
  });
  components.push(...draftExternalSecrets(draft));
  checkGenerate(scope.spec.secrets?.sops, draft.problems);
  return {
    scope,
    sources: [...index.items, ...inPlace.values()],
    components,
    inPlace,
    index,
    problems: draft.problems,
  };
}

/** Draws the edges of a scope: from components to sources, and among components. */
export function linkScope(drafted: Drafted): Placed[] {
  const { scope, components, inPlace, index, problems } = drafted;
  referToSources(components, { index, inPlace, suffix: scope.suffix }, problems);
  const waves = linkComponents(components, scope.suffix, problems);
  return [
    ...drafted.sources.map((item): Placed => ({ item, wave: 0, dependsOn: [], heldBy: [], foreign: [] })),
    ...components.map((component) => placeComponent(component, waves)),
  ];
}

function placeComponent(item: ComponentItem, waves: ReadonlyMap<ComponentItem, number>): Placed {
  const source = item.source?.item;
  const needed: Item[] = item.edges.map((edge) => edge.to);
  return {
    item,
    wave: waves.get(item) ?? 1,
    dependsOn: source === undefined ? needed : [...needed, source],
    heldBy: item.edges.filter((edge) => !isNative(item, edge.to)).map((edge) => edge.to),
    foreign: item.foreign,
  };
}
