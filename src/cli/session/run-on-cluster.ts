import type { ClusterFlags } from './flags.ts';
import type { ClusterTools, Session } from './session.ts';

/** Does `work` in a session. What sessions have in common is loaded only then, so that other commands start quickly. */
export async function runOnCluster(
  flags: ClusterFlags,
  tools: ClusterTools,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const { runOnCluster: run } = await import('./session.ts');
  await run(flags, tools, work);
}
