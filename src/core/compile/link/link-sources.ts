import { objectKey } from '../../../api/object.ts';
import { CHART_LAYER } from '../../kinds/oci-repository.ts';
import type { SourceUse } from '../../kinds/kind.ts';
import {
  type ComponentItem,
  type SourceItem,
  type SourceTarget,
  displayTitle,
  noteDerived,
  originIn,
  writtenBlock,
} from '../model/item.ts';
import { own } from '../../values/json.ts';
import { originOf } from '../../kinds/overlay.ts';
import { suggest } from '../../values/suggest.ts';
import type { Problems } from '../../validation/problem.ts';
import { type SourceIndex, targetOf } from '../draft/sources.ts';

/** The sources that a scope can refer to. */
export interface Sources {
  index: SourceIndex;
  /** Sources in place, by the component beside which they stand. */
  inPlace: ReadonlyMap<ComponentItem, SourceItem>;
  /** What the names of the scope's own objects end in. */
  suffix: string;
}

/** Finds each component's source, writes the reference into its spec, and its path. */
export function referToSources(
  components: readonly ComponentItem[],
  sources: Sources,
  problems: Problems,
): void {
  const { index, inPlace } = sources;
  const items = [...[...index.byName.values()].flatMap(({ item }) => item ?? []), ...inPlace.values()];
  const generated = new Map(items.map((item) => [targetKey(targetOf(item)), item]));
  for (const component of components) {
    const use = component.kind.source;
    if (use === undefined) continue;
    rewritePasted(component, use, generated, sources.suffix);
    const choice = chooseSource(component, use, inPlace.get(component), index, problems);
    if (choice === undefined) continue;
    const item = choice.target.item ?? generated.get(targetKey(choice.target));
    component.source = item === undefined ? choice.target : { ...choice.target, item };
    item?.users.push(component);
    if (choice.pasted || writeReference(component, use, choice, problems)) {
      setPath(component, use, choice.pasted || inPlace.has(component), problems);
    }
  }
}

/** A reference in Flux's own form to a source of the blueprint follows it to the name that it has in the environment. */
function rewritePasted(
  component: ComponentItem,
  use: SourceUse,
  generated: ReadonlyMap<string, SourceItem>,
  suffix: string,
): void {
  const ref = use.pasted(component.spec)?.ref;
  if (suffix === '' || typeof ref?.['name'] !== 'string' || typeof ref['kind'] !== 'string') return;
  const namespace = typeof ref['namespace'] === 'string' ? ref['namespace'] : component.namespace;
  const name = ref['name'] + suffix;
  if (generated.has(targetKey({ kind: ref['kind'], namespace, name }))) ref['name'] = name;
}

function writeReference(
  component: ComponentItem,
  use: SourceUse,
  choice: Choice,
  problems: Problems,
): boolean {
  if (!checkFit(component, use, choice.target, choice.path, problems)) return false;
  use.refer(component.spec, choice.target, component.namespace);
  const at = use.pasted(component.spec)?.at;
  if (at !== undefined) noteDerived(component, { at, path: choice.path });
  return true;
}

function targetKey(target: { kind: string; namespace: string; name: string }): string {
  return objectKey(target.kind, target.namespace, target.name);
}

interface Choice {
  target: SourceTarget;
  /** Whether the spec holds the reference already, in Flux's own form. */
  pasted: boolean;
  path: string;
}

function chooseSource(
  component: ComponentItem,
  use: SourceUse,
  inPlace: SourceItem | undefined,
  index: SourceIndex,
  problems: Problems,
): Choice | undefined {
  const { written, path } = component;
  const block = writtenBlock(component);
  const pastedHere = block === undefined ? undefined : use.pasted(block);
  if (pastedHere !== undefined) {
    if (inPlace !== undefined || written.component.source !== undefined) {
      const at = [component.specPath, ...pastedHere.at].join('.');
      problems.add('both-forms', at, 'the source is named beside the block too: keep one of the two');
    }
    return pastedChoice(component, use, problems);
  }
  if (inPlace !== undefined) return { target: targetOf(inPlace), pasted: false, path: inPlace.specPath };
  if (written.component.source !== undefined)
    return namedChoice(written.component.source, `${path}.source`, index, problems);
  if (written.layer.source !== undefined) {
    return namedChoice(written.layer.source, `${written.layerPath}.source`, index, problems);
  }
  return pastedChoice(component, use, problems) ?? onlyChoice(component, use, index, problems);
}

function pastedChoice(component: ComponentItem, use: SourceUse, problems: Problems): Choice | undefined {
  const pasted = use.pasted(component.spec);
  if (pasted === undefined) return undefined;
  const path = originOf(component.overlays, pasted.at, component.specPath);
  const { kind, name, namespace } = pasted.ref;
  for (const [field, value] of Object.entries({ kind, name })) {
    if (value === undefined) problems.add('missing-field', `${path}.${field}`, 'is required');
  }
  if (typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const target = { kind, name, namespace: typeof namespace === 'string' ? namespace : component.namespace };
  return { target, pasted: true, path };
}

function namedChoice(name: string, path: string, index: SourceIndex, problems: Problems): Choice | undefined {
  const target = index.byName.get(name);
  if (target !== undefined) return { target, pasted: false, path };
  problems.add(
    'unknown-name',
    path,
    `no source is named ${JSON.stringify(name)}${suggest(name, [...index.byName.keys()])}`,
  );
  return undefined;
}

function onlyChoice(
  component: ComponentItem,
  use: SourceUse,
  index: SourceIndex,
  problems: Problems,
): Choice | undefined {
  const taken = use.takes(component.spec);
  const fitting = [...index.byName].filter(([, target]) => taken.includes(target.kind));
  const path = `${component.path}.source`;
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return { target: only[1], pasted: false, path };
  const found =
    only === undefined
      ? `none of \`sources\` fits: it takes ${taken.join(', ')}`
      : `${fitting
          .map(([name]) => name)
          .sort()
          .join(', ')} fit: name one`;
  problems.add('missing-source', path, `a ${component.kind.kind} needs a source, and ${found}`);
  return undefined;
}

function checkFit(
  component: ComponentItem,
  use: SourceUse,
  target: SourceTarget,
  path: string,
  problems: Problems,
): boolean {
  const taken = use.takes(component.spec);
  if (taken.includes(target.kind)) return true;
  problems.add(
    'wrong-source',
    path,
    `${component.title} cannot take ${withArticle(target.kind)} as its source: ${whyNot(component, target, taken)}`,
  );
  return false;
}

function whyNot(component: ComponentItem, target: SourceTarget, taken: readonly string[]): string {
  if (component.kind.block === 'helmRelease' && own(component.spec, 'chart') === undefined) {
    if (['HelmRepository', 'GitRepository', 'Bucket'].includes(target.kind))
      return 'name the chart in `helmRelease.chart.spec.chart`';
  } else if (
    component.kind.block === 'helmRelease' &&
    ['OCIRepository', 'HelmChart', 'ExternalArtifact'].includes(target.kind)
  ) {
    return `such a source is the chart itself: ${dropChart(component)}`;
  }
  return `a ${component.kind.kind} takes ${taken.join(', ')}`;
}

/** How a component gets rid of a chart by name, which it may only inherit. */
function dropChart(component: ComponentItem): string {
  const block = writtenBlock(component);
  if (block !== undefined && own(block, 'chart') !== undefined) return 'leave `helmRelease.chart` out';
  const from = component.locate(originIn(component, ['chart']));
  return `do without the inherited \`chart\` (${from}) by \`unset: [chart]\``;
}

function withArticle(kind: string): string {
  return /^[AEIO]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** Writes `path`, unless Flux's own default (the root) holds: with a source in place or a pasted reference. */
function setPath(component: ComponentItem, use: SourceUse, atRoot: boolean, problems: Problems): void {
  if (!use.hasPath) {
    const { path } = component.written.component;
    // A layer's path is for those of its components that have one.
    if (path !== undefined)
      problems.add('misplaced', `${component.path}.path`, `a ${component.kind.kind} has no path`);
    return;
  }
  const { component: item } = component.written;
  const block = writtenBlock(component);
  if (block !== undefined && own(block, 'path') !== undefined) {
    if (item.path !== undefined) {
      problems.add(
        'both-forms',
        `${component.path}.path`,
        `stands beside \`${component.kind.block}.path\`: keep one of the two`,
      );
    }
    return;
  }
  if (item.path !== undefined) writePath(component, item.path, component.path);
  else if (!atRoot) writeDefaultPath(component);
}

/** A layer's own path says more than one that all of a blueprint's Kustomizations inherit. */
function writeDefaultPath(component: ComponentItem): void {
  const { component: item, layer, layerPath } = component.written;
  if (own(component.spec, 'path') !== undefined && layer.path === undefined) return;
  writePath(component, defaultPath(item.name, layer), layer.path === undefined ? component.path : layerPath);
}

/** Writes `path`, and by which item's it came. */
function writePath(component: ComponentItem, path: string, from: string): void {
  component.spec['path'] = path;
  noteDerived(component, { at: ['path'], path: `${from}.path` });
}

function defaultPath(name: string, layer: ComponentItem['written']['layer']): string {
  if (layer.components === undefined) return `./${layer.name}`;
  return `${(layer.path ?? `./${layer.name}`).replace(/\/+$/, '')}/${name}`;
}

/** Lets OCI sources that only HelmReleases use fetch the chart's layer; run when all users are known. */
export function selectChartLayers(sources: readonly SourceItem[], problems: Problems): void {
  for (const source of sources) selectChartLayer(source, problems.within(source));
}

function selectChartLayer(item: SourceItem, problems: Problems): void {
  if (item.kind.block !== 'oci') return;
  const charts = item.users.filter((user) => user.kind.block === 'helmRelease');
  if (charts.length === 0) return;
  const other = item.users.find((user) => user.kind.block !== 'helmRelease');
  if (other !== undefined) {
    problems.add(
      'mixed-source',
      item.specPath,
      `${charts[0] === undefined ? '' : displayTitle(charts[0])} takes a chart from it and ${displayTitle(other)} manifests, which are different layers of an artifact: use two sources`,
    );
  } else if (own(item.spec, 'layerSelector') === undefined) {
    item.spec['layerSelector'] = { ...CHART_LAYER };
  }
}
