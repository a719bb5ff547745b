/**
 * Servers that Flux fetches from or sends to: Git, Helm, OCI, and webhooks. Each one keeps its content in memory or in
 * a temporary folder, and is gone after `close`. Nothing here knows of Kubernetes. Begin with {@link serve}.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

/** A server of ours that runs. */
export interface Serving {
  /** Its address, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves HTTP, on a free port unless one is given. Where the handler rejects, the answer is 500 with the reason, which
 * then appears in Flux's messages.
 */
export async function serve(
  host: string,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  atPort = 0,
): Promise<Serving> {
  const listener: RequestListener = (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(atPort, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function isFree(port: number): Promise<boolean> {
  const server = createTcpServer();
  return await new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}

/**
 * Finds ports of loopback for programs that cannot choose their own. They lie below those that systems give to
 * clients, so that no connection takes one between this check and its use.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}
