/**
 * The alerts and the dashboard, evaluated by Prometheus' own engine on what a real operator has answered. Begin with
 * `alerts.test.ts`.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { buildProgram } from '../../control-plane/index.ts';

/** An answer of `/metrics`, and the seconds at which Prometheus gets it; without text, nobody answers then. */
export interface Scrape {
  seconds: readonly number[];
  text: string;
  /** What Prometheus adds. */
  labels: Record<string, string>;
}

/** One series of a result. */
export interface Series {
  labels: Record<string, string>;
  value: string;
}

/** An alert that is pending or firing at the time of the last scrape. */
export interface Alert extends Pick<Series, 'labels'> {
  name: string;
  state: 'pending' | 'firing';
  annotations: Record<string, string>;
}

/** Evaluates expressions at the last scrape, and rules at all of them. Rejects when the engine refuses one. */
export async function evaluate(question: {
  scrapes: readonly Scrape[];
  expressions?: readonly string[];
  /** A file of rules, as Prometheus reads it. */
  rules?: string;
}): Promise<{ results: Series[][]; alerts: Alert[] }> {
  const { path } = await buildProgram('promql');
  const child = spawn(path, { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  child.stdin.end(JSON.stringify({ expressions: [], rules: '', ...question }));
  const [answer, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(said);
  return JSON.parse(answer) as { results: Series[][]; alerts: Alert[] };
}

/** Every so many seconds from one time to another, both included. */
export function every(step: number, from: number, to: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}
