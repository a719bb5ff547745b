import { pickVariables } from '../supervisor/keepers.ts';
import { runCommand } from '../supervisor/run-command.ts';

/** What Go may know of the environment: where its caches are and how it gets at modules. */
const goVariables = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'],
  ...['GOCACHE', 'GOENV', 'GOMODCACHE', 'GOPATH', 'GOROOT', 'GOTOOLCHAIN'],
  ...['GOPROXY', 'GONOPROXY', 'GOPRIVATE', 'GOSUMDB', 'GONOSUMDB', 'GOINSECURE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
];

/** One call of the go command. */
export interface GoCall {
  args: readonly string[];
  /** The module's folder. Neither go.mod nor go.sum is ever changed. */
  cwd: string;
  /** A folder for unfinished work; deleted when the call is over. */
  workFolder: string;
  /** Is given what Go is doing now. */
  onLine: (line: string) => void;
}

/** Runs Go and hands its standard output to `takeResult`. Rejects when Go is missing or fails. */
export async function runGo<T>(call: GoCall, takeResult: (stdout: string) => Promise<T>): Promise<T> {
  const request = {
    command: ['go', ...call.args],
    cwd: call.cwd,
    env: {
      ...pickVariables(goVariables),
      GOFLAGS: '-mod=readonly',
      GOWORK: 'off',
      // What Go leaves when it is killed goes with the work folder.
      GOTMPDIR: call.workFolder,
    },
    workFolder: call.workFolder,
  };
  return await runCommand(request, call.onLine, takeResult);
}
