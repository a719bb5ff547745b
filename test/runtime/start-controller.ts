import { Controller, type ControllerOptions } from '../../src/runtime/controller.ts';
import { FairWorkQueue } from '../../src/runtime/work-queue.ts';
import { ManualClock } from '../harness/manual-clock.ts';
import { recordLog } from '../harness/record-log.ts';

/** A controller that runs, with a clock that stands until a test moves it. */
export function startController(
  reconcile: ControllerOptions['reconcile'],
  options: Partial<ControllerOptions> = {},
) {
  const clock = new ManualClock();
  const queue = new FairWorkQueue({ clock, random: () => 0 });
  const logger = recordLog();
  const controller = new Controller({
    name: 'test',
    queue,
    clock,
    logger,
    workers: 2,
    reconcile,
    ...options,
  });
  controller.start();
  return { clock, queue, logger, controller };
}
