import type { Source } from '../../api/schema/spec.ts';
import type { Problems } from '../validation/problem.ts';
import { itemPath } from '../values/path.ts';
import { checkGenerate } from './draft/check-sops.ts';
import { draftLayer } from './draft/component.ts';
import { draftExternalSecrets } from './draft/external-secrets.ts';
import { type SourceIndex, indexSources } from './draft/index-sources.ts';
import type { Draft } from './draft/naming.ts';
import type { Scope } from './environments/scopes.ts';
import { SourceMap } from './environments/source-map.ts';
import type { ComponentItem, SourceItem } from './model/item.ts';

/** Everything that one scope generates. */
export interface Drafted {
  scope: Scope;
  sources: SourceItem[];
  /** Components and ExternalSecrets. */
  components: ComponentItem[];
  /** The sources in place, by the component beside which each is written. */
  inPlace: ReadonlyMap<ComponentItem, SourceItem>;
  /** The sources that the scope can name. */
  index: SourceIndex;
  /** Collects problems by the paths of the scope. */
  problems: Problems;
}

/**
 * Drafts every scope. With environments, the sources that none of them overrides are drafted once, from the blueprint
 * itself (`whole`), and come first.
 */
export function draftScopes(scopes: readonly Scope[], whole: Scope, problems: Problems): Drafted[] {
  const [only] = scopes;
  if (only !== undefined && only.environment === undefined) return [draftScope(only, undefined, problems)];
  const overridden = new Set(scopes.flatMap((scope) => [...scope.ownSources]));
  const shared = draftScope(shareSources(whole, overridden), undefined, problems);
  return [shared, ...scopes.map((scope) => draftScope(scope, shared.index, problems))];
}

/** The scope of the sources that all environments share: no layers, and only sources that are not `overridden`. */
function shareSources(whole: Scope, overridden: ReadonlySet<string>): Scope {
  const sourceMap = new SourceMap();
  const sources: Source[] = [];
  (whole.spec.sources ?? []).forEach((source, i) => {
    if (overridden.has(source.name)) return;
    sourceMap.record(itemPath('spec.sources', sources.length), itemPath('spec.sources', i));
    sources.push(source);
  });
  const { defaults, commonMetadata, notifications } = whole.spec;
  return {
    ...whole,
    spec: {
      ...(defaults === undefined ? {} : { defaults }),
      ...(commonMetadata === undefined ? {} : { commonMetadata }),
      ...(notifications === undefined ? {} : { notifications }),
      sources,
    },
    locate: (path) => sourceMap.locate(path),
  };
}

/** Drafts one scope. `shared` holds the sources that are drafted already; undefined for the scope that drafts them. */
function draftScope(scope: Scope, shared: SourceIndex | undefined, problems: Problems): Drafted {
  const draft: Draft = { scope, problems: problems.within(scope) };
  const index = indexSources(draft, shared);
  const drafted = (scope.spec.layers ?? []).flatMap((layer, i) =>
    draftLayer(draft, layer, itemPath('spec.layers', i)),
  );
  const inPlace = new Map(
    drafted.flatMap(({ component, source }) => (source === undefined ? [] : [[component, source] as const])),
  );
  const components = [...drafted.map(({ component }) => component), ...draftExternalSecrets(draft)];
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
