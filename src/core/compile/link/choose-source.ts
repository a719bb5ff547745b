import type { SourceUse } from '../../kinds/kind.ts';
import { originOf } from '../../kinds/overlay.ts';
import type { Problems } from '../../validation/problem.ts';
import { own } from '../../values/json.ts';
import { type SourceIndex, targetOf } from '../draft/index-sources.ts';
import {
  type ComponentItem,
  type SourceItem,
  type SourceTarget,
  originIn,
  writtenBlock,
} from '../model/item.ts';

/** The sources that the components of a scope can refer to. */
export interface Sources {
  index: SourceIndex;
  /** Sources in place, by the component beside which each is written. */
  inPlace: ReadonlyMap<ComponentItem, SourceItem>;
  /** The suffix of the names of the scope's own objects; may be empty. */
  suffix: string;
}

/** The source of a component, and how it was found. */
export interface SourceChoice {
  target: SourceTarget;
  /** Whether the spec holds the reference already, in Flux's own form. */
  native: boolean;
  /** The path that asked for it, as the component's scope sees it. */
  path: string;
}

/**
 * Chooses the source of a component, in this order: a native reference in its block, a source in place, `source` of the
 * component, `source` of the layer, an inherited native reference, the only source that fits. Undefined after refusing
 * the component.
 */
export function chooseSource(
  component: ComponentItem,
  use: SourceUse,
  { index, inPlace }: Sources,
  problems: Problems,
): SourceChoice | undefined {
  const { written, path } = component;
  const block = writtenBlock(component);
  const source = inPlace.get(component);
  const reference = block === undefined ? undefined : use.nativeReference(block);
  if (reference !== undefined) {
    if (source !== undefined || written.component.source !== undefined) {
      const at = [component.specPath, ...reference.at].join('.');
      problems.add('both-forms', at, 'the source is named beside the block too: keep one of the two');
    }
    return chooseNative(component, use, problems);
  }
  if (source !== undefined) return { target: targetOf(source), native: false, path: source.specPath };
  if (written.component.source !== undefined)
    return chooseNamed(written.component.source, `${path}.source`, index, problems);
  if (written.layer.source !== undefined)
    return chooseNamed(written.layer.source, `${written.layerPath}.source`, index, problems);
  return chooseNative(component, use, problems) ?? chooseOnly(component, use, index, problems);
}

function chooseNative(
  component: ComponentItem,
  use: SourceUse,
  problems: Problems,
): SourceChoice | undefined {
  const reference = use.nativeReference(component.spec);
  if (reference === undefined) return undefined;
  const path = originOf(component.overlays, reference.at, component.specPath);
  const { kind, name, namespace } = reference.ref;
  for (const [field, value] of Object.entries({ kind, name })) {
    if (value === undefined) problems.add('missing-field', `${path}.${field}`, 'is required');
  }
  if (typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const target = { kind, name, namespace: typeof namespace === 'string' ? namespace : component.namespace };
  return { target, native: true, path };
}

function chooseNamed(
  name: string,
  path: string,
  index: SourceIndex,
  problems: Problems,
): SourceChoice | undefined {
  const target = index.byName.get(name);
  if (target !== undefined) return { target, native: false, path };
  problems.add('unknown-name', path, `no source is named ${JSON.stringify(name)}`, index.names.suggest(name));
  return undefined;
}

function chooseOnly(
  component: ComponentItem,
  use: SourceUse,
  index: SourceIndex,
  problems: Problems,
): SourceChoice | undefined {
  const accepted = use.accepts(component.spec);
  const fitting = [...index.byName].filter(([, target]) => accepted.includes(target.kind));
  const path = `${component.path}.source`;
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return { target: only[1], native: false, path };
  const found =
    only === undefined
      ? `none of \`sources\` fits: ${hintOfChart(component, index) ?? `it takes ${accepted.join(', ')}`}`
      : `${fitting
          .map(([name]) => name)
          .sort()
          .join(', ')} fit: name one`;
  problems.add('missing-source', path, `a ${component.kind.kind} needs a source, and ${found}`);
  return undefined;
}

/** What to do where a chart is named and the only source is the chart itself. */
function hintOfChart(component: ComponentItem, index: SourceIndex): string | undefined {
  const names = [...index.byName].filter(([, { kind }]) => kind === 'OCIRepository').map(([name]) => name);
  const [name, ...more] = names;
  if (component.kind.block !== 'helmRelease' || name === undefined || more.length > 0) return undefined;
  if (own(component.spec, 'chart') === undefined) return undefined;
  return `sources/${name} is the chart itself, so ${dropChart(component)}`;
}

/** Refuses a source of a kind that the component cannot fetch from; returns whether it can. */
export function checkFit(
  component: ComponentItem,
  use: SourceUse,
  { target, path }: SourceChoice,
  problems: Problems,
): boolean {
  const accepted = use.accepts(component.spec);
  if (accepted.includes(target.kind)) return true;
  problems.add(
    'wrong-source',
    path,
    `${component.title} cannot take ${withArticle(target.kind)} as its source: ${whyNot(component, target, accepted)}`,
  );
  return false;
}

function whyNot(component: ComponentItem, target: SourceTarget, accepted: readonly string[]): string {
  if (component.kind.block === 'helmRelease' && own(component.spec, 'chart') === undefined) {
    if (['HelmRepository', 'GitRepository', 'Bucket'].includes(target.kind))
      return 'name the chart in `helmRelease.chart.spec.chart`';
  } else if (
    component.kind.block === 'helmRelease' &&
    ['OCIRepository', 'HelmChart', 'ExternalArtifact'].includes(target.kind)
  ) {
    return `such a source is the chart itself: ${dropChart(component)}`;
  }
  return `a ${component.kind.kind} takes ${accepted.join(', ')}`;
}

/** The remedy for a component with a named chart, which may be inherited. */
function dropChart(component: ComponentItem): string {
  const block = writtenBlock(component);
  if (block !== undefined && own(block, 'chart') !== undefined) return 'leave `helmRelease.chart` out';
  const from = component.locate(originIn(component, ['chart']));
  return `do without the inherited \`chart\` (${from}) by \`unset: [chart]\``;
}

function withArticle(kind: string): string {
  return /^[AEIO]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
