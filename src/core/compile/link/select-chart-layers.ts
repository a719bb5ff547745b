import { CHART_LAYER } from '../../kinds/oci-repository.ts';
import type { Problems } from '../../validation/problem.ts';
import { own } from '../../values/json.ts';
import { type SourceItem, displayTitle } from '../model/item.ts';

/**
 * Makes OCI sources that only HelmReleases use fetch the layer with the chart, and refuses those that also deliver
 * manifests. A source that names `layerSelector` in `unset` does without. Needs the users of every source, so it runs
 * after all scopes are linked.
 */
export function selectChartLayers(sources: readonly SourceItem[], problems: Problems): void {
  for (const source of sources) selectChartLayer(source, problems.within(source));
}

function selectChartLayer(item: SourceItem, problems: Problems): void {
  if (item.kind.block !== 'oci') return;
  const [chart] = item.users.filter((user) => user.kind.block === 'helmRelease');
  if (chart === undefined) return;
  const other = item.users.find((user) => user.kind.block !== 'helmRelease');
  if (other !== undefined) {
    problems.add(
      'mixed-source',
      item.specPath,
      `${displayTitle(chart)} takes a chart from it and ${displayTitle(other)} manifests, which are different layers of an artifact: use two sources`,
    );
  } else if (
    own(item.spec, 'layerSelector') === undefined &&
    item.unset?.includes('layerSelector') !== true
  ) {
    item.spec['layerSelector'] = { ...CHART_LAYER };
  }
}
