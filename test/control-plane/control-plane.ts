import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { type AuditedWrite, readAuditLog } from './audit-log.ts';
import { findBinaries } from './programs/binaries.ts';
import type { KeeperAnswer, KeeperReady, KeeperRequest } from './supervisor/keeper-messages.ts';
import { forkKeeper, releaseKeeper, waitForExit } from './supervisor/keepers.ts';
import { askKeeper } from './supervisor/keeper-socket.ts';
import { chooseProgress, type Progress } from './progress.ts';
import { requestUser } from './users.ts';

/** How long a keeper gets to stop its control plane, in milliseconds. It gives up by itself before that. */
const stopTimeoutMs = 20_000;

/** A running kube-apiserver with its etcd. It ends with this process at the latest, however this one ends. */
export interface ControlPlane {
  /** The administrator's kubeconfig. */
  readonly kubeconfigPath: string;
  readonly url: string;
  /** Makes a user known to the API server by client certificate; it has no rights but those of its groups. */
  addUser(name: string, groups?: string[]): Promise<{ kubeconfigPath: string }>;
  /** Stops kube-apiserver in good order, at the latest by SIGKILL, and leaves etcd running. Takes `restartable`. */
  stopApiServer(): Promise<void>;
  /** Starts it again at the same address, and resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** Every write that the API server has logged so far. Takes `audited`. */
  auditedWrites(): Promise<AuditedWrite[]>;
  /** For tests that stop or kill a part; everything ends orderly all the same. */
  readonly pids: { etcd: number; kubeApiserver: number; keeper: number };
  /** The socket through which other processes add users, see `requestUser`. */
  readonly socketPath: string;
  /** Its temporary folder, deleted when it stops. */
  readonly folder: string;
  /** Stops everything and deletes the temporary folder. May be called more than once. */
  stop(): Promise<void>;
}

/** Options of {@link startControlPlane}. */
export interface ControlPlaneOptions {
  /** CRD files, or folders of them, to install. Default: none, not even Flux's (see `fluxCrdFiles`). */
  crds?: string[];
  /** Whether the API server can be stopped and started again. Default: no. */
  restartable?: boolean;
  /** Whether the API server logs every write. Default: no. */
  audited?: boolean;
  /** Default: standard error. */
  progress?: Progress;
}

function waitForAnswer(keeper: ChildProcess): Promise<KeeperReady> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4000);
    });
    keeper.once('error', reject);
    keeper.once('exit', (code, signal) => {
      reject(new Error(`the keeper ended early (${signal ?? `code ${code ?? 0}`})\n${complaint}`.trimEnd()));
    });
    keeper.once('message', (message) => {
      const answer = message as KeeperAnswer;
      if (answer.type === 'ready') resolve(answer);
      // A server's whole log would hide the reason, which comes last.
      else reject(new Error(answer.message.slice(-4000)));
    });
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  keeper.ref();
  if (keeper.connected) keeper.send('stop', () => undefined);
  const timer = setTimeout(() => keeper.kill('SIGKILL'), stopTimeoutMs);
  await waitForExit(keeper);
  clearTimeout(timer);
}

/** Does the keeper's cleanup where the keeper itself was killed. */
async function cleanUpAfterKeeper(ready: KeeperReady): Promise<void> {
  kill(ready.pids.kubeApiserver);
  kill(ready.pids.etcd);
  await rm(ready.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function power(ready: KeeperReady, running: boolean): Promise<void> {
  const what = `the API server cannot be ${running ? 'started' : 'stopped'}`;
  const { pid } = await askKeeper<{ pid: number }>(ready.socketPath, what, '/api-server', { running });
  ready.pids.kubeApiserver = pid;
}

async function startKeeper(request: KeeperRequest): Promise<{ keeper: ChildProcess; ready: KeeperReady }> {
  const keeper = forkKeeper('keeper.ts', request);
  try {
    return { keeper, ready: await waitForAnswer(keeper) };
  } catch (error) {
    await stopKeeper(keeper);
    throw error;
  }
}

/**
 * Starts etcd and kube-apiserver on free ports of the loopback interface and installs the CRDs. Rejects when no
 * binaries can be had, when they do not start within 2 minutes each, or when a CRD is refused; nothing is left
 * running then.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { crds = [], restartable = false, audited = false, progress = chooseProgress() } = options;
  const { dir } = await findBinaries(progress);
  const task = progress.start('Starting etcd and kube-apiserver');
  let started;
  try {
    started = await startKeeper({ binaries: dir, crds, restartable, audited });
  } catch (error) {
    task.fail();
    throw error;
  }
  const { keeper, ready } = started;
  task.done(ready.url);
  releaseKeeper(keeper);
  const cleaned = new Promise<void>((resolve, reject) => {
    keeper.once('exit', (code) => {
      if (code === 0) resolve();
      else cleanUpAfterKeeper(ready).then(resolve, reject);
    });
  });
  // The caller of `stop` gets the rejection.
  cleaned.catch(() => undefined);
  return {
    kubeconfigPath: ready.kubeconfigPath,
    url: ready.url,
    socketPath: ready.socketPath,
    folder: ready.folder,
    get pids() {
      return { ...ready.pids, keeper: keeper.pid ?? 0 };
    },
    stopApiServer: () => power(ready, false),
    startApiServer: () => power(ready, true),
    auditedWrites: () => readAuditLog(ready.folder),
    addUser: (name, groups) => requestUser(ready.socketPath, name, groups),
    stop: async () => {
      await stopKeeper(keeper);
      await cleaned;
    },
  };
}
