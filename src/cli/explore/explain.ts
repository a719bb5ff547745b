import { compileWithItems } from '../../core/compile/compile.ts';
import { offlineContext } from '../../core/compile/model/context.ts';
import type { Assembled } from '../../core/compile/assemble.ts';
import { explainObject } from '../../core/explain/explain.ts';
import { findObject } from '../../core/explain/find-object.ts';
import { dataOf, printExplanation, printObjectList } from '../../core/explain/print.ts';
import type { Layout } from '../../core/text/layout.ts';
import { toJson } from '../../core/yaml/write-json.ts';
import { toYaml } from '../../core/yaml/write-yaml.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import { layoutFor } from '../session/paint.ts';
import { runOnCluster } from '../session/session.ts';
import { ExitError } from '../terminal/streams.ts';
import type { ExploreFlags } from './flags.ts';
import { type ExploreContext, type Subject, findFile, readSubject, refuse } from './target.ts';

/** The values of the flags of `explain`. */
export interface ExplainOptions extends ExploreFlags {
  output: 'text' | 'yaml' | 'json';
}

/** `explain FILE|NAME [OBJECT[.FIELD]]`: where the fields of a generated object come from. */
export async function explain(
  target: string,
  object: string | undefined,
  options: ExplainOptions,
  context: ExploreContext,
): Promise<void> {
  const { streams, tools } = context;
  const layout = layoutFor(streams.terminals().stdout, options.color, streams.env);
  const input = await findFile(target);
  if (input !== undefined) {
    const subject = await readSubject(input, options, context);
    streams.out(explainSubject(subject, object, { options, layout, context }));
    return;
  }
  await runOnCluster(options, tools, async (session) => {
    const blueprint = await findBlueprint(session, target);
    const subject = { blueprint, name: `FluxBlueprint ${target}`, where: (path: string) => path };
    session.print(explainSubject(subject, object, { options, layout, context }));
  });
}

/** How an explanation is printed, and where failures go. */
interface Printing {
  options: ExplainOptions;
  layout: Layout;
  context: ExploreContext;
}

function explainSubject(subject: Subject, object: string | undefined, printing: Printing): string {
  const { streams } = printing.context;
  const compiled = compileWithItems(subject.blueprint, offlineContext());
  if (!compiled.ok) return refuse(compiled.problems, subject, streams);
  const { assembled } = compiled;
  if (object === undefined) return listObjects(assembled, subject, printing);
  const wanted = findObject(object, assembled);
  if (typeof wanted === 'string') {
    streams.err(`error: ${subject.name}: ${wanted}\n`);
    throw new ExitError(1);
  }
  const explanation = explainObject(subject.blueprint, wanted.assembled, assembled, wanted.below);
  const { output } = printing.options;
  if (output === 'text') return printExplanation(explanation, subject.where, printing.layout);
  const data = dataOf(explanation, subject.where);
  return output === 'json' ? toJson(data) : toYaml(data);
}

function listObjects(
  assembled: readonly Assembled[],
  { where }: Subject,
  { options, layout }: Printing,
): string {
  if (options.output === 'text') return printObjectList(assembled, where, layout);
  const data = assembled.map(({ object }) => ({
    object: `${object.ref.kind}/${object.ref.name}`,
    title: object.title,
    path: object.path,
    place: where(object.path),
  }));
  return options.output === 'json' ? toJson(data) : toYaml(data);
}
