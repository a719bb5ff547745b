import type { IncomingHttpHeaders } from 'node:http';
import { ClusterError, type ClusterErrorReason } from '../../ports/cluster.ts';
import { maskMessage } from './redact.ts';

/** The part of a Kubernetes `Status` that errors are made of (k8s.io/apimachinery `metav1.Status`). */
interface Status {
  code?: number;
  reason?: string;
  message?: string;
  details?: {
    name?: string;
    retryAfterSeconds?: number;
    causes?: { field?: string; message?: string }[];
  };
}

/** What each HTTP status means to a caller; 404 and 409 need the Status as well, other 5xx are ServerError. */
const reasonByStatus: Readonly<Record<number, ClusterErrorReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'BadRequest',
  406: 'BadRequest',
  408: 'Timeout',
  409: 'Conflict',
  410: 'Expired',
  413: 'TooLarge',
  415: 'BadRequest',
  422: 'Invalid',
  429: 'TooManyRequests',
  504: 'Timeout',
};

/** Codes of Node and undici that say more than that there was no answer; every other code is Unreachable. */
const reasonByCode: Readonly<Record<string, ClusterErrorReason>> = {
  ETIMEDOUT: 'Timeout',
  UND_ERR_CONNECT_TIMEOUT: 'Timeout',
  UND_ERR_HEADERS_TIMEOUT: 'Timeout',
  UND_ERR_BODY_TIMEOUT: 'Timeout',
  UND_ERR_ABORTED: 'Aborted',
  UND_ERR_INVALID_ARG: 'BadRequest',
  UND_ERR_HEADERS_OVERFLOW: 'TooLarge',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'TooLarge',
};

/**
 * The error of an HTTP answer whose status is not 2xx. `body` is a Status where the API server itself answered.
 *
 * An apply of a field that the schema lacks, or of a wrong type, answers 500 instead of 400
 * (kubernetes/kubernetes#139253). Nothing but its text tells it from a passing fault, so it is a ServerError too.
 *
 * @param sent the request's body: what of it may be secret is not repeated.
 */
export function toResponseError(
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
  sent?: unknown,
): ClusterError {
  return toStatusError(parseStatus(body), status, parseRetryAfter(headers['retry-after']), sent);
}

/**
 * The error that a Status tells, as an answer's body or as the object of a watch's ERROR event.
 *
 * @param status the HTTP status of the answer; default: the Status' own code.
 * @param retryAfterMs what the answer's Retry-After header said, in milliseconds; it wins over the Status.
 * @param sent the request's body: what of it may be secret is not repeated.
 */
export function toStatusError(
  status: Status,
  code = status.code ?? 500,
  retryAfterMs?: number,
  sent?: unknown,
): ClusterError {
  const seconds = status.details?.retryAfterSeconds;
  const causes = (status.details?.causes ?? []).map(({ field = '', message = '' }) => ({
    field,
    message: maskMessage(message, sent),
  }));
  return new ClusterError(
    classify(code, status),
    maskMessage(status.message ?? `the API server answered with HTTP ${code}`, sent),
    {
      status: code,
      retryAfterMs: retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000),
      causes,
    },
  );
}

/** The error of a request that got no whole answer: a network, TLS or HTTP parser error, by its code. */
export function toNetworkError(failure: unknown): ClusterError {
  if (failure instanceof ClusterError) return failure;
  const code = codeOf(failure);
  const message = failure instanceof Error ? failure.message : String(failure);
  return new ClusterError(
    reasonByCode[code] ?? 'Unreachable',
    code === '' ? message : `${message} (${code})`,
    {
      cause: failure,
    },
  );
}

function classify(code: number, status: Status): ClusterErrorReason {
  // The path of a type that is not served answers 404 as well, but then no object is named.
  if (code === 404 && status.details?.name === undefined) return 'NoKindMatch';
  if (code === 409 && status.reason === 'AlreadyExists') return 'AlreadyExists';
  return reasonByStatus[code] ?? 'ServerError';
}

function codeOf(failure: unknown): string {
  if (!(failure instanceof Error)) return '';
  if ('code' in failure && typeof failure.code === 'string') return failure.code;
  return failure.cause === undefined ? '' : codeOf(failure.cause);
}

/** A body that is not a Status is a proxy's or a load balancer's page: nothing in it is worth repeating. */
function parseStatus(body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'kind' in parsed && parsed.kind === 'Status') {
      return parsed as Status;
    }
  } catch {
    return {};
  }
  return {};
}

/** Retry-After in milliseconds: a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
