import { ClusterError } from '../../ports/cluster.ts';

const newline = 0x0a;

/**
 * Splits a stream of bytes into its lines, without their newline. A last line that no newline ends is not yielded:
 * the stream was cut inside it.
 *
 * @param maxBytes the longest line that is held; a longer one throws a ClusterError with reason TooLarge.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const tail = chunk.subarray(start, end);
      refuseLonger(held + tail.length, maxBytes);
      yield parts.length === 0 ? tail.toString('utf8') : Buffer.concat([...parts, tail]).toString('utf8');
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    held += chunk.length - start;
    refuseLonger(held, maxBytes);
  }
}

function refuseLonger(length: number, maxBytes: number): void {
  if (length > maxBytes)
    throw new ClusterError('TooLarge', `the API server sent more than ${maxBytes} bytes at once`);
}

/** The whole text of a stream, at most `maxBytes` of it: more throws a ClusterError with reason TooLarge. */
export async function readText(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    held += chunk.length;
    refuseLonger(held, maxBytes);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
