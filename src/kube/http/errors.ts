import type { IncomingHttpHeaders } from 'node:http';
import { ClusterError, type ClusterErrorReason } from '../../ports/cluster.ts';
import { redactMessage } from './redact.ts';

/** The part of a Kubernetes `Status` that errors are made from (k8s.io/apimachinery `metav1.Status`). */
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

/** The reason for each HTTP status. 404 and 409 need the Status as well; every other 5xx is a ServerError. */
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

/** The reason for each error code of Node and undici. Every other code means Unreachable. */
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
 * The error of an HTTP answer whose status is not 2xx. `body` is a Status if the answer is the API server's own.
 *
 * An apply with an unknown field, or with a value of the wrong type, is answered with 500 instead of 400
 * (kubernetes/kubernetes#139253). Only its text distinguishes it from a transient fault, so it is a ServerError too.
 *
 * @param sent the request's body. The error does not repeat those of its values that may be secret.
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
 * The error that a Status describes. The Status is the body of an answer, or the object of a watch's ERROR event.
 *
 * @param code the HTTP status of the answer. Default: the code in the Status.
 * @param retryAfterMs the Retry-After header of the answer, in milliseconds. Default: what the Status says.
 * @param sent the request's body. The error does not repeat those of its values that may be secret.
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
    message: redactMessage(message, sent),
  }));
  return new ClusterError(
    classify(code, status),
    redactMessage(status.message ?? `the API server answered with HTTP ${code}`, sent),
    {
      status: code,
      retryAfterMs: retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000),
      causes,
    },
  );
}

/** The error of a request without a complete answer: a network, TLS or HTTP parser error, classified by its code. */
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
  // The path of a type that is not served is answered with 404 too, but then the Status names no object.
  if (code === 404 && status.details?.name === undefined) return 'NoKindMatch';
  if (code === 409 && status.reason === 'AlreadyExists') return 'AlreadyExists';
  return reasonByStatus[code] ?? 'ServerError';
}

function codeOf(failure: unknown): string {
  if (!(failure instanceof Error)) return '';
  if ('code' in failure && typeof failure.code === 'string') return failure.code;
  return failure.cause === undefined ? '' : codeOf(failure.cause);
}

/** A body that is no Status comes from a proxy or a load balancer; nothing in it is worth repeating. */
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

/** A Retry-After header in milliseconds. It holds a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
