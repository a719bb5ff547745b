import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import { parseKey } from '../../core/objects/ownership.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BlueprintFigures, BlueprintMetrics, ReconcileTally } from '../../ports/metrics.ts';

const NAMES = ['namespace', 'name'] as const;
const CAUSES = ['create', 'update', 'drift'] as const;

/**
 * Metrics of blueprints, and counters of what reconciles did for them. The state of each blueprint is kept here and
 * passed to the library at a scrape. So a reconcile costs five additions at most, and a deleted blueprint is gone with
 * the next scrape.
 */
export class BlueprintMeter implements BlueprintMetrics {
  readonly #figures = new Map<string, BlueprintFigures>();
  readonly #applies: Counter<'cause'>;
  readonly #drift: Counter;
  readonly #skipped: Counter;
  readonly #pruned: Counter;

  constructor(registry: Registry, clock: Pick<Clock, 'now'>) {
    const registers = [registry];
    this.#applies = new Counter({
      name: 'fluxblueprint_applies_total',
      help: 'Objects that were applied, by cause: create, update (the blueprint changed) or drift.',
      labelNames: ['cause'],
      registers,
    });
    for (const cause of CAUSES) this.#applies.inc({ cause }, 0);
    this.#drift = new Counter({
      name: 'fluxblueprint_drift_repaired_total',
      help: 'Objects that somebody else had changed and that were put back.',
      registers,
    });
    this.#skipped = new Counter({
      name: 'fluxblueprint_applies_skipped_total',
      help: 'Objects that a reconcile did not apply because the local copy showed them to be as desired.',
      registers,
    });
    this.#pruned = new Counter({
      name: 'fluxblueprint_pruned_total',
      help: 'Objects that were deleted because no blueprint wants them any more.',
      registers,
    });
    this.#showStates(registers);
    this.#showCounts(registers);
    this.#showWaits(registers, clock);
  }

  countReconcile({ applied, skipped, pruned }: ReconcileTally): void {
    for (const cause of CAUSES) if (applied[cause] > 0) this.#applies.inc({ cause }, applied[cause]);
    if (applied.drift > 0) this.#drift.inc(applied.drift);
    if (skipped > 0) this.#skipped.inc(skipped);
    if (pruned > 0) this.#pruned.inc(pruned);
  }

  setBlueprint(key: string, figures: BlueprintFigures): void {
    this.#figures.set(key, figures);
  }

  forgetBlueprint(key: string): void {
    this.#figures.delete(key);
  }

  #showStates(registers: Registry[]): void {
    const states = [
      ['ready', 'Whether everything that the blueprint wants is there and ready.'],
      ['stalled', 'Whether the blueprint needs a change by somebody before it goes on.'],
      ['suspended', 'Whether the blueprint, or what it generated, is suspended.'],
    ] as const;
    for (const [state, help] of states) {
      const gauge: Gauge<'namespace' | 'name'> = new Gauge({
        name: `fluxblueprint_${state}`,
        help,
        labelNames: NAMES,
        registers,
        collect: () => {
          gauge.reset();
          for (const [key, figures] of this.#figures) gauge.set(parseKey(key), figures[state] ? 1 : 0);
        },
      });
    }
  }

  #showWaits(registers: Registry[], clock: Pick<Clock, 'now'>): void {
    const waits: Gauge<'namespace' | 'name' | 'gate'> = new Gauge({
      name: 'fluxblueprint_gate_waiting_seconds',
      help: 'How long the change that has waited longest waits at a gate: After, Window, Requires, MaxDeletions or Approval.',
      labelNames: [...NAMES, 'gate'],
      registers,
      collect: () => {
        waits.reset();
        for (const [key, { waitingSince }] of this.#figures)
          for (const [gate, since] of Object.entries(waitingSince))
            waits.set({ ...parseKey(key), gate }, Math.max(0, (clock.now() - since) / 1000));
      },
    });
  }

  #showCounts(registers: Registry[]): void {
    const objects: Gauge<'namespace' | 'name' | 'state'> = new Gauge({
      name: 'fluxblueprint_objects',
      help: 'Generated objects by state: ready, progressing, blocked, failed or suspended.',
      labelNames: [...NAMES, 'state'],
      registers,
      collect: () => {
        objects.reset();
        for (const [key, figures] of this.#figures)
          for (const [state, count] of Object.entries(figures.objects))
            objects.set({ ...parseKey(key), state }, count);
      },
    });
    const findings: Gauge<'namespace' | 'name' | 'severity'> = new Gauge({
      name: 'fluxblueprint_findings',
      help: 'Findings of bad practice by severity: info, warning or error.',
      labelNames: [...NAMES, 'severity'],
      registers,
      collect: () => {
        findings.reset();
        for (const [key, figures] of this.#figures)
          for (const [severity, count] of Object.entries(figures.findings))
            findings.set({ ...parseKey(key), severity }, count);
      },
    });
  }
}
