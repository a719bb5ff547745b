import type { JsonObject } from '../api/schema/shapes.ts';
import { CHART_LAYER } from './emit/oci-repository.ts';
import type { ComponentItem, SourceItem, SourceTarget } from './item.ts';
import { own } from './json.ts';
import { originOf } from './merge.ts';
import { suggest } from './nearest.ts';
import type { Problems } from './problem.ts';
import { type SourceIndex, targetOf } from './sources.ts';

/** Finds each component's source, writes the reference into its spec, and its path. */
export function referToSources(
  components: readonly ComponentItem[],
  inPlace: ReadonlyMap<ComponentItem, SourceItem>,
  index: SourceIndex,
  problems: Problems,
): void {
  const generated = new Map(
    [...index.items, ...inPlace.values()].map((item) => [targetKey(targetOf(item)), item]),
  );
  for (const component of components) {
    const choice = chooseSource(component, inPlace.get(component), index, problems);
    if (choice === undefined) continue;
    const item = choice.target.item ?? generated.get(targetKey(choice.target));
    component.source = item === undefined ? choice.target : { ...choice.target, item };
    item?.users.push(component);
    if (choice.pasted || writeReference(component, choice, problems)) {
      setPath(component, choice.pasted || inPlace.has(component), problems);
    }
  }
  for (const item of generated.values()) selectChartLayer(item, problems);
}

function writeReference(component: ComponentItem, choice: Choice, problems: Problems): boolean {
  if (!checkFit(component, choice.target, choice.path, problems)) return false;
  component.kind.refer(component.spec, choice.target, component.namespace);
  return true;
}

function targetKey(target: { kind: string; namespace: string; name: string }): string {
  return `${target.kind}/${target.namespace}/${target.name}`;
}

interface Choice {
  target: SourceTarget;
  /** Whether the spec holds the reference already, in Flux's own form. */
  pasted: boolean;
  path: string;
}

function chooseSource(
  component: ComponentItem,
  inPlace: SourceItem | undefined,
  index: SourceIndex,
  problems: Problems,
): Choice | undefined {
  const { written, kind, path } = component;
  const block = written.component[kind.block];
  const pastedHere = block === undefined ? undefined : kind.pastedSource(block);
  if (pastedHere !== undefined) {
    if (inPlace !== undefined || written.component.source !== undefined) {
      const at = [component.specPath, ...pastedHere.at].join('.');
      problems.add('both-forms', at, 'the source is named beside the block too: keep one of the two');
    }
    return pastedChoice(component, problems);
  }
  if (inPlace !== undefined) return { target: targetOf(inPlace), pasted: false, path: inPlace.specPath };
  if (written.component.source !== undefined)
    return namedChoice(written.component.source, `${path}.source`, index, problems);
  if (written.layer.source !== undefined) {
    return namedChoice(written.layer.source, `${written.layerPath}.source`, index, problems);
  }
  return pastedChoice(component, problems) ?? onlyChoice(component, index, problems);
}

function pastedChoice(component: ComponentItem, problems: Problems): Choice | undefined {
  const pasted = component.kind.pastedSource(component.spec);
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

function onlyChoice(component: ComponentItem, index: SourceIndex, problems: Problems): Choice | undefined {
  const taken = component.kind.takes(component.spec);
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

function checkFit(component: ComponentItem, target: SourceTarget, path: string, problems: Problems): boolean {
  const taken = component.kind.takes(component.spec);
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
    return `such a source is the chart itself: leave \`helmRelease.chart\` out`;
  }
  return `a ${component.kind.kind} takes ${taken.join(', ')}`;
}

function withArticle(kind: string): string {
  return /^[AEIO]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** Writes `path`, unless Flux's own default (the root) holds: with a source in place or a pasted reference. */
function setPath(component: ComponentItem, atRoot: boolean, problems: Problems): void {
  if (!component.kind.hasPath) {
    const { path } = component.written.component;
    // A layer's path is for those of its components that have one.
    if (path !== undefined)
      problems.add('misplaced', `${component.path}.path`, `a ${component.kind.kind} has no path`);
    return;
  }
  const { component: item, layer } = component.written;
  const block = item[component.kind.block] as JsonObject | undefined;
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
  if (item.path !== undefined) component.spec['path'] = item.path;
  else if (!atRoot && own(component.spec, 'path') === undefined)
    component.spec['path'] = defaultPath(item.name, layer);
}

function defaultPath(name: string, layer: ComponentItem['written']['layer']): string {
  if (layer.components === undefined) return `./${layer.name}`;
  return `${(layer.path ?? `./${layer.name}`).replace(/\/+$/, '')}/${name}`;
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
      `${charts[0]?.title ?? ''} takes a chart from it and ${other.title} manifests, which are different layers of an artifact: use two sources`,
    );
  } else if (own(item.spec, 'layerSelector') === undefined) {
    item.spec['layerSelector'] = { ...CHART_LAYER };
  }
}
