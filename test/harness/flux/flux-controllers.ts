import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProgram, type Processes, type StartedProcess } from '../../control-plane/index.ts';
import { findFreePorts } from './servers/serve.ts';
import { waitFor } from '../wait-for.ts';

/** Flux's controllers. */
export const CONTROLLERS = ['source', 'kustomize', 'helm', 'notification'] as const;
/** One of {@link CONTROLLERS}. */
export type ControllerName = (typeof CONTROLLERS)[number];

/** How Flux's controllers are started. */
export interface ControllersOptions {
  kubeconfigPath: string;
  /** Owns them. */
  processes: Processes;
  /** The folder of their logs, one file a controller. */
  logs: string;
  /** Which are started at once. Default: all of them. Without `notification` the others send no events. */
  running?: readonly ControllerName[];
  /** Flags of some controllers beside those that every one gets: `{ kustomize: ['--requeue-dependency=1s'] }`. */
  flags?: Readonly<Partial<Record<ControllerName, readonly string[]>>>;
  /** The size of the disk on which source-controller keeps what it fetched, in kibibytes. Default: without a bound. */
  storageKiB?: number;
}

/** The ports of all of them: each has two, and some have more. */
interface Ports {
  own: Record<ControllerName, { metrics: number; health: number }>;
  storage: number;
  events: number;
  receiver: number;
}

/** Flux's controllers as plain processes on loopback. */
export class FluxControllers {
  readonly #options: ControllersOptions;
  readonly #ports: Ports;
  readonly #running = new Map<ControllerName, StartedProcess>();

  private constructor(options: ControllersOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Starts them, and resolves when they are ready. Builds them first where they are not in the cache. */
  static async start(options: ControllersOptions): Promise<FluxControllers> {
    const controllers = new FluxControllers(options, await choosePorts());
    // One after the other, so that two builds do not fight for the cores.
    for (const name of controllers.#first) await buildProgram(`${name}-controller`);
    await Promise.all(controllers.#first.map((name) => controllers.start(name)));
    return controllers;
  }

  /** Those that are started at once. */
  get #first(): readonly ControllerName[] {
    return this.#options.running ?? CONTROLLERS;
  }

  /** Where Receivers listen. */
  get receiverUrl(): string {
    return `http://127.0.0.1:${this.#ports.receiver}`;
  }

  /** Where a controller shows its metrics. */
  metricsUrl(name: ControllerName): string {
    return `http://127.0.0.1:${this.#ports.own[name].metrics}/metrics`;
  }

  /** A controller's temporary folder; what source-controller fetched is in its `storage`. */
  folder(name: ControllerName): string {
    return join(this.#options.processes.folder, name);
  }

  /** The folder in which source-controller keeps what it fetched, while it runs. */
  get storage(): string {
    const folder = join(this.folder('source'), 'storage');
    const pid = this.#running.get('source')?.pid;
    return this.#options.storageKiB === undefined || pid === undefined
      ? folder
      : `/proc/${pid}/root${folder}`;
  }

  /** Starts one at the same addresses as before, and resolves when it is ready. Rejects when it ends before. */
  async start(name: ControllerName): Promise<void> {
    const { kubeconfigPath, processes, logs } = this.#options;
    const { path } = await buildProgram(`${name}-controller`);
    const folder = this.folder(name);
    await mkdir(join(folder, 'storage'), { recursive: true });
    const log = join(logs, `${name}-controller.log`);
    const child = await processes.run({
      command: [...this.#disk(name), path, ...this.#flags(name)],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        TMPDIR: folder,
        KUBECONFIG: kubeconfigPath,
        RUNTIME_NAMESPACE: 'flux-system',
      },
      log,
    });
    this.#running.set(name, child);
    let ended: string | undefined;
    void child.ended.then((how) => (ended = how));
    await waitFor(`${name}-controller is ready`, async () => {
      if (ended !== undefined) return true;
      const answer = await fetch(`http://127.0.0.1:${this.#ports.own[name].health}/readyz`);
      // A body that is not read keeps its connection open.
      await answer.text();
      return answer.ok;
    });
    if (ended !== undefined) throw new Error(`${name}-controller ended with ${ended}: see ${log}`);
  }

  /** Ends one by a signal (default SIGTERM). */
  async stop(name: ControllerName, signal?: NodeJS.Signals): Promise<void> {
    await this.#running.get(name)?.end(signal);
    this.#running.delete(name);
  }

  /** Ends one by a signal and starts it again. */
  async restart(name: ControllerName, signal?: NodeJS.Signals): Promise<void> {
    await this.stop(name, signal);
    await this.start(name);
  }

  /**
   * The command that runs source-controller on a disk of its own. No other process sees that disk, and it goes when
   * source-controller ends (Linux only).
   */
  #disk(name: ControllerName): string[] {
    const { storageKiB } = this.#options;
    if (name !== 'source' || storageKiB === undefined) return [];
    const mount = `mount -t tmpfs -o size=${storageKiB}k tmpfs "$0" && exec "$@"`;
    return ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, join(this.folder(name), 'storage')];
  }

  #flags(name: ControllerName): string[] {
    const { own, storage, events, receiver } = this.#ports;
    const listen = (port: number): string => `127.0.0.1:${port}`;
    // A controller waits up to 15 s with every event that it cannot deliver.
    const tellEvents = this.#first.includes('notification')
      ? [`--events-addr=http://${listen(events)}/`]
      : [];
    const special: Record<ControllerName, string[]> = {
      source: [
        `--storage-path=${join(this.folder(name), 'storage')}`,
        `--storage-addr=${listen(storage)}`,
        `--storage-adv-addr=${listen(storage)}`,
        ...tellEvents,
      ],
      kustomize: tellEvents,
      helm: tellEvents,
      notification: [`--events-addr=${listen(events)}`, `--receiverAddr=${listen(receiver)}`],
    };
    return [
      `--metrics-addr=${listen(own[name].metrics)}`,
      `--health-addr=${listen(own[name].health)}`,
      '--log-level=info',
      ...special[name],
      ...(this.#options.flags?.[name] ?? []),
    ];
  }
}

async function choosePorts(): Promise<Ports> {
  const ports = await findFreePorts(2 * CONTROLLERS.length + 3);
  const next = (): number => ports.pop() ?? 0;
  const pair = (): { metrics: number; health: number } => ({ metrics: next(), health: next() });
  return {
    own: { source: pair(), kustomize: pair(), helm: pair(), notification: pair() },
    storage: next(),
    events: next(),
    receiver: next(),
  };
}
