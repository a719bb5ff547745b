import type { KubeObject } from '../../api/object.ts';
import { objectId, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { compile } from '../../core/compile/compile.ts';
import { offlineContext } from '../../core/compile/model/context.ts';
import type { Graph, GraphBounds } from '../../core/depict/graph-model.ts';
import { type Observed, graphOf } from '../../core/depict/make-graph.ts';
import { secondsOf } from '../../core/depict/measure-live.ts';
import { DOT_BOUNDS, printDot } from '../../core/depict/print-dot.ts';
import { MERMAID_BOUNDS, printMermaid } from '../../core/depict/print-mermaid.ts';
import { treeOfGraph } from '../../core/depict/print-tree.ts';
import { printHtml } from '../../core/depict/svg/print-html.ts';
import { SVG_BOUNDS, printSvg } from '../../core/depict/svg/print-svg.ts';
import { statesOf } from '../../core/inspect/states.ts';
import type { DesiredState } from '../../core/objects/desired.ts';
import { selectEnvironment } from '../../core/review/select-environment.ts';
import type { Layout } from '../../core/text/layout.ts';
import { printTree } from '../../core/text/tree.ts';
import { textAt } from '../../core/values/json.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { readLive } from '../cluster/read-live.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import { layoutFor } from '../session/paint.ts';
import { type Session, runOnCluster } from '../session/session.ts';
import { ExitError } from '../terminal/streams.ts';
import type { ExploreFlags } from './flags.ts';
import { type ExploreContext, type Subject, findFile, readSubject, refuse } from './target.ts';

/** The forms of a picture. */
type Form = 'tree' | 'mermaid' | 'dot' | 'svg' | 'html';

/** The values of the flags of `graph`. */
export interface GraphFlags extends ExploreFlags {
  output: Form;
  env?: string;
  layers?: boolean;
}

/** How much each form shows, and how it is printed. */
const FORMS: Readonly<
  Record<Form, { bounds: GraphBounds; print: (graph: Graph, layout: Layout) => string }>
> = {
  tree: { bounds: DOT_BOUNDS, print: (graph, layout) => printTree(treeOfGraph(graph), layout) },
  mermaid: { bounds: MERMAID_BOUNDS, print: printMermaid },
  dot: { bounds: DOT_BOUNDS, print: printDot },
  svg: { bounds: SVG_BOUNDS, print: printSvg },
  html: { bounds: SVG_BOUNDS, print: printHtml },
};

/** `graph FILE|NAME`: a picture of what a blueprint deploys in which order. */
export async function drawGraph(target: string, flags: GraphFlags, context: ExploreContext): Promise<void> {
  const { streams, tools } = context;
  const layout = layoutFor(streams.terminals().stdout, flags.color, streams.env);
  const input = await findFile(target);
  if (input !== undefined) {
    const subject = await readSubject(input, flags, context);
    streams.out(draw(subject, undefined, { flags, context, layout }));
    return;
  }
  await runOnCluster(flags, tools, async (session) => {
    const blueprint = await findBlueprint(session, target);
    const subject = { blueprint, name: `FluxBlueprint ${target}`, where: (path: string) => path };
    const observed = await observe(session, blueprint);
    session.print(draw(subject, observed, { flags, context, layout }));
  });
}

/** The most kinds that a message names. */
const MAX_NAMED = 5;

/** How the objects are, and how long they took: of what may not be read only what the blueprint tells. */
async function observe(session: Session, blueprint: Blueprint): Promise<Observed> {
  const { found, hidden } = await readLive(session, blueprint);
  if (hidden.length > 0)
    session.say(
      'waiting',
      `as the blueprint tells it, without how long it took, because you may not list ${joinFirst(hidden, MAX_NAMED)}`,
    );
  const live = new Map<string, KubeObject>(found.map((object) => [objectId(refOf(object)), object]));
  const states = statesOf(blueprint, live);
  return {
    state: (id) => states.get(id) ?? 'Pending',
    seconds: (id) => {
      const object = live.get(id);
      return object === undefined ? undefined : secondsOf(object);
    },
  };
}

/** What a picture is drawn with. */
interface Drawing {
  flags: GraphFlags;
  context: ExploreContext;
  layout: Layout;
}

function draw(subject: Subject, observed: Observed | undefined, { flags, context, layout }: Drawing): string {
  const { streams } = context;
  const compiled = compile(subject.blueprint, offlineContext());
  if (!compiled.ok) return refuse(compiled.problems, subject, streams);
  const form = FORMS[flags.output];
  const graph = graphOf(selectOne(compiled.desired, flags.env, context), {
    title: textAt(subject.blueprint, ['metadata', 'name']) ?? '',
    bounds: form.bounds,
    byLayers: flags.layers,
    ...(observed === undefined ? {} : { observed }),
  });
  return form.print(graph, layout);
}

function selectOne(
  desired: DesiredState,
  environment: string | undefined,
  { streams }: ExploreContext,
): DesiredState {
  if (environment === undefined) return desired;
  const selected = selectEnvironment([desired], environment);
  if (typeof selected === 'string') {
    streams.err(`error: --env: ${selected}\n`);
    throw new ExitError(1);
  }
  return selected[0] ?? desired;
}
