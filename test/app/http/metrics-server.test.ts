import { type KeyObject, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { HttpServer, Certificate } from '../../../src/app/http/http-server.ts';
import { type MetricsExposure, startMetricsServer } from '../../../src/app/http/metrics-server.ts';
import { makeSelfSigned } from '../../../src/app/http/self-signed.ts';
import type { Transport } from '../../../src/kube/http/transport.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { requestToken } from '../../harness/api-server/service-accounts.ts';
import { ManualClock } from '../../harness/manual-clock.ts';
import { recordLog } from '../../harness/record-log.ts';
import { waitFor } from '../../harness/wait-for.ts';

let client: TestClient;
let namespace: string;
let folder: string;
const open: HttpServer[] = [];

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  namespace = await client.makeNamespace(`metrics-${crypto.randomUUID().slice(0, 8)}`);
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-certificate-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true });
});

const plain: MetricsExposure = { address: '127.0.0.1:0', secure: false, insecureBind: false };
const text = `# HELP a_total A.\n# TYPE a_total counter\na_total 1\n${'# padding\n'.repeat(200)}`;
const metrics = { contentType: 'text/plain; version=0.0.4' as const, render: () => Promise.resolve(text) };

async function start(
  exposure: Partial<MetricsExposure>,
  transport: () => Transport | undefined = () => client.transport,
) {
  const clock = new ManualClock();
  const logger = recordLog();
  const server = await startMetricsServer({
    exposure: { ...plain, ...exposure },
    metrics,
    transport,
    clock,
    logger,
  });
  open.push(server);
  return { server, clock, logger };
}

/** One GET by TLS on a connection of its own. Answers status, body and the server's certificate. */
function get(server: HttpServer, token?: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; body: string; challenge: unknown; peer: PeerCertificate }>(
    (resolve, reject) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const sent = httpsRequest(
        `https://${server.address}/metrics`,
        { method, rejectUnauthorized: false, agent: false, headers: { ...authorization, ...headers } },
        (answer) => {
          const { socket } = answer;
          if (!(socket instanceof TLSSocket)) throw new Error('the connection has no TLS');
          const peer = socket.getPeerCertificate();
          let body = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (body += chunk));
          answer.on('end', () => {
            resolve({
              status: answer.statusCode ?? 0,
              body,
              challenge: answer.headers['www-authenticate'],
              peer,
            });
          });
        },
      );
      sent.once('error', reject);
      sent.end();
    },
  );
}

async function makeAccount(name: string): Promise<string> {
  await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  return requestToken(client.transport, { namespace, name });
}

/** Lets an account get /metrics. */
async function grant(account: string): Promise<void> {
  const metadata = { name: `${namespace}-${account}` };
  const apiGroup = 'rbac.authorization.k8s.io';
  await client.apply({
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
  });
  await client.apply({
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
}

test('on loopback metrics are shown to whoever asks', async () => {
  const { server } = await start({});
  const response = await fetch(`http://${server.address}/metrics`, {
    headers: { 'accept-encoding': 'identity' },
  });
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'text/plain; version=0.0.4',
    text,
  ]);
});

test('they are compressed for whoever can take it, as scrapers can', async () => {
  const { server } = await start({});
  const response = await fetch(`http://${server.address}/metrics`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect([response.headers.get('content-encoding'), await response.text()]).toEqual(['gzip', text]);
  expect(Number(response.headers.get('content-length'))).toBeLessThan(text.length / 2);
});

test.each([':0', '0.0.0.0:0', '[::]:0'])(
  'at %s, which other machines reach, nothing is shown unless somebody says how it is guarded',
  async (address) => {
    await expect(start({ address })).rejects.toThrow('add --metrics-secure, or --metrics-insecure-bind');
  },
);

test('beyond loopback they are shown without a guard where that was asked for', async () => {
  const { server } = await start({ address: ':0', insecureBind: true });
  const port = server.address.slice(server.address.lastIndexOf(':'));
  const response = await fetch(`http://127.0.0.1${port}/metrics`);
  expect(response.status).toBe(200);
  await response.text();
});

test('guarded, they are refused without a token, with a wrong one, and with one that lacks the right', async () => {
  const { server } = await start({ secure: true });
  const none = await get(server);
  expect([none.status, none.body, none.challenge]).toEqual([401, 'unauthorized\n', 'Bearer']);
  expect((await get(server, 'nonsense')).status).toBe(401);
  expect((await get(server, undefined, { authorization: 'Basic dTpw' })).status).toBe(401);
  const poor = await get(server, await makeAccount('without-right'));
  expect([poor.status, poor.body]).toEqual([403, 'forbidden\n']);
});

test('whoever the API server grants get on /metrics is admitted, and for no longer than a minute more', async () => {
  const { server, clock } = await start({ secure: true });
  const token = await makeAccount('scraper');
  await grant('scraper');
  await waitFor('the right is in force', async () => {
    clock.advance(10_000);
    return (await get(server, token)).status === 200;
  });
  expect((await get(server, token)).body).toBe(text);
  expect((await get(server, token, {}, 'HEAD')).body).toBe('');
  await client.cluster.delete({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'scraper' });
  expect((await get(server, token)).status).toBe(200);
  await waitFor('the token is no longer good', async () => {
    clock.advance(60_000);
    return (await get(server, token)).status === 401;
  });
});

test('the API server is asked once for a token, and by its body alone', async () => {
  const asked: string[] = [];
  const spying: Transport = {
    request: (request) => {
      asked.push(request.path);
      return client.transport.request(request);
    },
    watch: (request) => client.transport.watch(request),
    list: (request) => client.transport.list(request),
  };
  const { server } = await start({ secure: true }, () => spying);
  const token = await makeAccount('many-times');
  await Promise.all(Array.from({ length: 5 }, () => get(server, token)));
  await get(server, token);
  expect(asked).toEqual([
    '/apis/authentication.k8s.io/v1/tokenreviews',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  ]);
});

test('nobody is admitted while the API server cannot be asked', async () => {
  const { server } = await start({ secure: true }, () => undefined);
  expect((await get(server, 'any')).status).toBe(503);
});

test('a flood of tokens is turned away, and does not reach the API server', async () => {
  let asked = 0;
  const { promise: end, resolve } = Promise.withResolvers<undefined>();
  const stuck: Transport = {
    request: async () => {
      asked++;
      await end;
      return { status: { authenticated: false } };
    },
    watch: (request) => client.transport.watch(request),
    list: (request) => client.transport.list(request),
  };
  const { server } = await start({ secure: true }, () => stuck);
  const waiting = Array.from({ length: 8 }, (_, i) => get(server, `token-${i}`));
  await waitFor('eight are asked about', () => asked === 8);
  expect((await get(server, 'one-more')).status).toBe(503);
  resolve(undefined);
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(
    Array.from({ length: 8 }, () => 401),
  );
  expect(asked).toBe(8);
});

test('without a folder the certificate is self-signed, and its key fits', async () => {
  const { server } = await start({ secure: true });
  const { peer } = await get(server);
  expect([peer.subject.CN, peer.subjectaltname]).toEqual([
    'fluxblueprint',
    'DNS:localhost, IP Address:127.0.0.1',
  ]);
  const { cert, key } = await makeSelfSigned(Date.now());
  const made: KeyObject = createPrivateKey(key);
  const certificate = new X509Certificate(cert);
  expect([
    certificate.checkPrivateKey(made),
    certificate.verify(certificate.publicKey),
    certificate.ca,
  ]).toEqual([true, true, false]);
  expect(new Date(certificate.validTo).getTime() - Date.now()).toBeGreaterThan(360 * 86_400_000);
});

test('nothing is served without TLS where TLS is asked for', async () => {
  const { server } = await start({ secure: true });
  await expect(fetch(`http://${server.address}/metrics`)).rejects.toThrow();
});

/** Replaces a file at once, as a kubelet does: whoever writes into it has readers see half of it. */
async function replaceFile(name: string, text: string): Promise<void> {
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
}

async function writePair({ cert, key }: Certificate): Promise<void> {
  await replaceFile('tls.crt', cert);
  await replaceFile('tls.key', key);
}

test('a certificate of a folder is used, and so is the next one while the server runs', async () => {
  const [first, second] = await Promise.all([makeSelfSigned(Date.now()), makeSelfSigned(Date.now())]);
  await writePair(first);
  const { server, clock, logger } = await start({ secure: true, certDir: folder });
  const fingerprint = async () => (await get(server)).peer.fingerprint256;
  expect(await fingerprint()).toBe(new X509Certificate(first.cert).fingerprint256);
  // Half of a renewal, as a reader may come between the two files.
  await replaceFile('tls.crt', second.cert);
  await waitFor('the misfit is noticed', () => {
    clock.advance(10_000);
    return logger.lines.length > 0;
  });
  expect(await fingerprint()).toBe(new X509Certificate(first.cert).fingerprint256);
  await writePair(second);
  await waitFor('the second is used', async () => {
    clock.advance(10_000);
    return (await fingerprint()) === new X509Certificate(second.cert).fingerprint256;
  });
  expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn the certificate cannot be renewed',
    'info took a renewed certificate into use',
  ]);
  expect(JSON.stringify(logger.lines)).not.toContain('PRIVATE');
});

test('an empty file is no certificate: the old one stays in use', async () => {
  const pair = await makeSelfSigned(Date.now());
  await writePair(pair);
  const { server, clock, logger } = await start({ secure: true, certDir: folder });
  await writePair({ cert: '', key: '' });
  await waitFor('the empty files are noticed', () => {
    clock.advance(10_000);
    return logger.lines.length > 0;
  });
  expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn the certificate cannot be renewed',
  ]);
  expect((await get(server)).peer.fingerprint256).toBe(new X509Certificate(pair.cert).fingerprint256);
  await expect(start({ secure: true, certDir: folder })).rejects.toThrow('is empty');
});

test('a folder without a certificate keeps the server from starting', async () => {
  await expect(start({ secure: true, certDir: join(folder, 'nowhere') })).rejects.toThrow('ENOENT');
});
