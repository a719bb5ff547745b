import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GraphNode, rankNodes } from '../../../src/core/depict/graph-model.ts';
import { graphOf } from '../../../src/core/depict/make-graph.ts';
import { describeCritical, findCriticalPath, formatSeconds } from '../../../src/core/depict/critical-path.ts';
import { collapseToLayers } from '../../../src/core/depict/collapse.ts';
import { DIAMOND, STAGED, desiredOf, wideChain } from './graphs.ts';

const BOUNDS = { nodes: 400, edges: 2000 };

function labelsOf(nodes: readonly GraphNode[], ids: readonly string[]): string[] {
  return ids.map((id) => nodes.find((node) => node.id === id)?.label ?? id);
}

test('each node stands after all that it waits for, and the longest way is critical', () => {
  const graph = graphOf(desiredOf(DIAMOND), { title: 'demo', bounds: BOUNDS });
  const { nodes, critical } = graph;
  for (const [i, { after }] of nodes.entries())
    for (const id of after) expect(nodes.findIndex((node) => node.id === id)).toBeLessThan(i);
  expect(labelsOf(nodes, critical)).toEqual(['sources/fleet', 'base', 'data', 'apps/web', 'apps/api']);
  expect(describeCritical(graph)).toBe('critical path: 5 objects');
});

test('what was measured counts more than how many steps there are', () => {
  const desired = desiredOf(DIAMOND);
  const times: Record<string, number> = { base: 100.2, data: 1, 'apps/web': 30, 'sources/fleet': 2 };
  const seconds = (id: string): number | undefined =>
    times[desired.objects.find((object) => object.id === id)?.title ?? ''];
  const graph = graphOf(desired, {
    title: 'demo',
    bounds: BOUNDS,
    observed: { state: () => 'Ready', seconds },
  });
  expect(describeCritical(graph)).toBe('critical path: 4 objects, 2m13s as measured');
  expect(formatSeconds(0.44)).toBe('0.4s');
  expect(formatSeconds(64.4)).toBe('64s');
});

test('an environment waits for all of the one before', () => {
  const { nodes, critical } = graphOf(desiredOf(STAGED), { title: 'demo', bounds: BOUNDS });
  expect(labelsOf(nodes, critical)).toEqual([
    'sources/fleet',
    'base (staging)',
    'apps (staging)',
    'staging is ready',
    'base (production)',
    'apps (production)',
  ]);
});

test('what is too large is shown by layers, and what is too large even then is cut', () => {
  const desired = desiredOf(wideChain(30, 20));
  const layers = graphOf(desired, { title: 'demo', bounds: BOUNDS });
  expect(layers.byLayers).toBe(true);
  expect(layers.nodes).toHaveLength(31);
  expect(layers.critical).toHaveLength(31);
  const cut = graphOf(desired, { title: 'demo', bounds: { nodes: 10, edges: 5 } });
  expect([cut.nodes.length, cut.more]).toEqual([10, 21]);
  expect(cut.nodes.flatMap(({ after }) => after)).toHaveLength(5);
});

test('layers of which each waits for a part of the other make no circle', () => {
  const node = (id: string, layer: string, after: string[]): GraphNode => ({
    ...{ id, label: id, kind: 'Kustomization', environment: undefined, layer, after },
    ...{ state: undefined, seconds: undefined },
  });
  const nodes = [
    node('a1', 'a', []),
    node('b1', 'b', ['a1']),
    node('a2', 'a', ['b1']),
    node('b2', 'b', ['a2']),
  ];
  const collapsed = collapseToLayers(nodes);
  expect(collapsed).toHaveLength(2);
  expect(rankNodes(collapsed).size).toBe(2);
});

test('whatever the graph is, the critical path is a way of edges, and none has more nodes', () => {
  const graphs = fc
    .array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
    .map((lists) =>
      lists.map((list, i): GraphNode => {
        const after = [...new Set(list.filter((one) => one < i))].map(String);
        return {
          ...{ id: String(i), label: '', kind: '', environment: undefined, layer: undefined, after },
          ...{ state: undefined, seconds: undefined },
        };
      }),
    );
  fc.assert(
    fc.property(graphs, (nodes) => {
      const { critical } = findCriticalPath(nodes);
      const byId = new Map(nodes.map((node) => [node.id, node]));
      critical.slice(1).forEach((id, i) => {
        expect(byId.get(id)?.after).toContain(critical[i]);
      });
      expect(critical).toHaveLength(1 + Math.max(...rankNodes(nodes).values()));
    }),
  );
});
