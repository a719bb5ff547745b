import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SyntaxCheck } from './syntax.ts';
import type { Graph, GraphNode } from '../../../src/core/depict/graph-model.ts';
import { labelOf } from '../../../src/core/depict/graph-model.ts';
import { graphOf } from '../../../src/core/depict/make-graph.ts';
import { DOT_BOUNDS, printDot } from '../../../src/core/depict/print-dot.ts';
import { MERMAID_BOUNDS, printMermaid } from '../../../src/core/depict/print-mermaid.ts';
import { treeOfGraph } from '../../../src/core/depict/print-tree.ts';
import { printHtml } from '../../../src/core/depict/svg/print-html.ts';
import { SVG_BOUNDS, printSvg } from '../../../src/core/depict/svg/print-svg.ts';
import { printTree } from '../../../src/core/text/tree.ts';
import { marked, plain } from '../text/marked.ts';
import { DIAMOND, STAGED, desiredOf, wideChain } from './graphs.ts';

const diamond = graphOf(desiredOf(DIAMOND), { title: 'demo', bounds: SVG_BOUNDS });
const staged = graphOf(desiredOf(STAGED), {
  title: 'demo',
  bounds: SVG_BOUNDS,
  observed: {
    state: (id) => (id.includes('production') ? (id.includes('base') ? 'Failed' : 'Blocked') : 'Ready'),
    seconds: (id) => (id.includes('staging') ? 3.14 : undefined),
  },
});

const TREE = `▪ demo
│ critical path: 5 objects (★)
└ ★ GitRepository sources/fleet
  └ ★ Kustomization base
    └ ★ Kustomization data
      └ ★ Kustomization apps/web
        └ ★ Kustomization apps/api
`;

test('as a tree each object stands once, at 120 and at 80 columns', () => {
  for (const columns of [120, 80]) expect(printTree(treeOfGraph(diamond), plain(columns))).toBe(TREE);
});

test('as a tree it has the states of the cluster, in colours', () => {
  expect(printTree(treeOfGraph(staged), marked(120))).toBe(`<strong:▪> demo
│ <faint:critical path: 3 objects, 6.3s as measured (★)>
└ <good:✔> GitRepository sources/fleet  ★
  └ <good:✔> Kustomization base (staging)  ★  3.1s
    └ <good:✔> Kustomization apps (staging)  ★  3.1s
      └ <faint:·> environment staging is ready
        └ <bad:✗> Kustomization base (production)  Failed
          └ <warning:◎> Kustomization apps (production)  Blocked
`);
});

test('as Mermaid it is a flowchart with a box for each environment', () => {
  expect(printMermaid(staged)).toBe(`flowchart LR
  %% critical path: 3 objects, 6.3s as measured
  n0["GitRepository<br/>sources/fleet"]
  subgraph e1["staging"]
    n1["Kustomization<br/>base #40;staging#41;<br/>3.1s"]
    n2["Kustomization<br/>apps #40;staging#41;<br/>3.1s"]
    n3["environment<br/>staging is ready"]
  end
  subgraph e2["production"]
    n4["Kustomization<br/>base #40;production#41;"]
    n5["Kustomization<br/>apps #40;production#41;"]
  end
  n0 ==> n1
  n1 ==> n2
  n2 --> n3
  n3 --> n4
  n4 --> n5
  classDef Ready fill:#e6f4ea,stroke:#1e8e3e,color:#202124
  class n0,n1,n2 Ready
  classDef Failed fill:#fce8e6,stroke:#d93025,color:#202124
  class n4 Failed
  classDef Blocked fill:#fef7e0,stroke:#f29900,color:#202124
  class n5 Blocked
`);
});

test('as DOT it has a cluster for each environment', () => {
  expect(printDot(staged)).toBe(`digraph "demo" {
  label="critical path: 3 objects, 6.3s as measured";
  rankdir=LR;
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif"];
  n0 [label="GitRepository\\nsources/fleet\\nReady", fillcolor="#e6f4ea", penwidth=2.5, color="#1a73e8"];
  subgraph cluster_1 {
    label="staging";
    n1 [label="Kustomization\\nbase (staging)\\nReady, 3.1s", fillcolor="#e6f4ea", penwidth=2.5, color="#1a73e8"];
    n2 [label="Kustomization\\napps (staging)\\nReady, 3.1s", fillcolor="#e6f4ea", penwidth=2.5, color="#1a73e8"];
    n3 [label="environment\\nstaging is ready"];
  }
  subgraph cluster_2 {
    label="production";
    n4 [label="Kustomization\\nbase (production)\\nFailed", fillcolor="#fce8e6"];
    n5 [label="Kustomization\\napps (production)\\nBlocked", fillcolor="#fef7e0"];
  }
  n0 -> n1 [penwidth=2.5, color="#1a73e8"];
  n1 -> n2 [penwidth=2.5, color="#1a73e8"];
  n2 -> n3;
  n3 -> n4;
  n4 -> n5;
}
`);
});

test('as SVG no node overlaps another, and all of them are within the picture', () => {
  for (const spec of [DIAMOND, STAGED, wideChain(6, 12)]) {
    const svg = printSvg(graphOf(desiredOf(spec), { title: 'demo', bounds: SVG_BOUNDS }));
    const size = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
    const boxes = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number]);
    for (const [i, [x, y, width, height]] of boxes.entries()) {
      expect(x + width).toBeLessThanOrEqual(Number(size?.[1]));
      expect(y + height).toBeLessThanOrEqual(Number(size?.[2]));
      for (const [x2, y2, width2, height2] of boxes.slice(i + 1)) {
        const isApart = x + width <= x2 || x2 + width2 <= x || y + height <= y2 || y2 + height2 <= y;
        expect(isApart).toBe(true);
      }
    }
  }
});

/** Texts that mean something in one of the forms. */
const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"]; click n0 "javascript:alert(1)"',
    '</text><script>alert(1)</script>',
    '"]\nn0["',
    '\\"; n9 [URL="javascript:x"]; "',
    '`**x**` %%{init: {}}%%',
    ']]>&#x3c;script>',
    'end\nsubgraph x',
    '\\',
  ),
);

function hostileGraph(texts: readonly string[]): Graph {
  const nodes = texts.map((text, i): GraphNode => ({
    ...{ id: text + String(i), label: labelOf(text), kind: labelOf(text), environment: text, layer: text },
    ...{ after: i === 0 ? [] : [(texts[i - 1] ?? '') + String(i - 1)], state: 'Ready', seconds: 1 },
  }));
  return {
    ...{ title: labelOf(texts[0] ?? ''), nodes, critical: nodes.map(({ id }) => id), criticalSeconds: 2 },
    ...{ byLayers: false, more: 0 },
  };
}

test('whatever tenants write, each form holds nodes and edges, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(HOSTILE, { minLength: 1, maxLength: 5 }), (texts) => {
      const graph = hostileGraph(texts);
      const check = new SyntaxCheck(graph);
      check.mermaid(printMermaid(graph));
      check.dot(printDot(graph));
      check.xml(printSvg(graph));
      check.html(printHtml(graph));
      for (const line of printTree(treeOfGraph(graph), plain()).trimEnd().split('\n'))
        expect(line).toMatch(/^[\p{L}\p{N}\p{P}\p{S}\p{M}\p{Z}\p{C}]*$/u);
    }),
    { numRuns: 60 },
  );
});

test('the largest blueprint makes pictures of bounded size', () => {
  const desired = desiredOf(wideChain(40, 49));
  const sizeOf = (bounds: typeof SVG_BOUNDS, print: (graph: Graph) => string): number =>
    print(graphOf(desired, { title: 'demo', bounds })).length;
  expect(sizeOf(MERMAID_BOUNDS, printMermaid)).toBeLessThan(50_000);
  expect(sizeOf(SVG_BOUNDS, printHtml)).toBeLessThan(1_000_000);
  expect(sizeOf(DOT_BOUNDS, printDot)).toBeLessThan(2_000_000);
});
