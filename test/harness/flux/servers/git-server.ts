import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { makeFolder } from '../../files.ts';
import { GitRepository, gitEnvironment } from './git-repository.ts';
import { type Serving, serve } from './serve.ts';

/** Basic authentication of a Git server. */
export interface GitCredentials {
  username: string;
  password: string;
}

/** A Git server: git's own `http-backend`, behind HTTP. */
export class GitServer {
  readonly #serving: Serving;
  readonly #folder: string;

  private constructor(serving: Serving, folder: string) {
    this.#serving = serving;
    this.#folder = folder;
  }

  /**
   * Starts a server without repositories, on a free port unless one is given. With `credentials` it refuses every
   * request that lacks them.
   */
  static async start(host: string, credentials?: GitCredentials, port = 0): Promise<GitServer> {
    const folder = await makeFolder('git');
    const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (isAllowed(request, credentials)) await runBackend(folder, request, response);
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    };
    const serving = await serve(host, handle, port);
    return new GitServer(serving, folder);
  }

  /** Makes a repository of that name. */
  async createRepository(name: string): Promise<GitRepository> {
    const { url } = this.#serving;
    const gitFolder = join(this.#folder, `${name}.git`);
    return GitRepository.create(`${url}/${name}.git`, gitFolder, join(this.#folder, 'trees', name));
  }

  /** Ends it and deletes its repositories. */
  async close(): Promise<void> {
    await this.#serving.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function isAllowed({ headers }: IncomingMessage, credentials: GitCredentials | undefined): boolean {
  if (credentials === undefined) return true;
  const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return headers.authorization === `Basic ${expected}`;
}

/** The variables by which CGI (RFC 3875) describes a request. */
function describeRequest(root: string, { method = 'GET', url = '/', headers }: IncomingMessage) {
  const { pathname, search } = new URL(url, 'http://git');
  const fields = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol'],
  };
  const known = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    ...Object.fromEntries(known),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: method,
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
  };
}

async function runBackend(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const env = { ...gitEnvironment(), ...describeRequest(root, request) };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(backend.stdin);
  // A client that hangs up early does not want the rest, and its request never ends the input of the backend.
  backend.stdin.on('error', () => undefined);
  response.once('close', () => backend.kill());
  let head = Buffer.alloc(0);
  for await (const chunk of backend.stdout) {
    if (response.headersSent) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk as Buffer]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) continue;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
  }
  response.end();
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*/u, 2);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
