/** How long to wait for a server, in milliseconds. */
export interface DownloadLimits {
  /** Until it answers. */
  answerMs: number;
  /** Between two pieces of the body. */
  stallMs: number;
}

/** Where a network is closed, nothing may wait long for it. */
const defaultLimits: DownloadLimits = { answerMs: 10_000, stallMs: 30_000 };

/** Downloads a text. Rejects when the server cannot be reached, does not answer with 2xx, or stalls. */
export async function downloadText(url: string, limits: DownloadLimits = defaultLimits): Promise<string> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const allow = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error(`nothing came from ${new URL(url).host} within ${ms / 1000} s`));
    }, ms);
  };
  try {
    allow(limits.answerMs);
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`${url} answered with status ${response.status}`);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      allow(limits.stallMs);
      text += decoder.decode(chunk as Uint8Array, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    clearTimeout(timer);
  }
}
