import { ClusterError } from '../../ports/cluster.ts';

const newline = 0x0a;

/**
 * Splits a stream of bytes into its lines, without their newlines. A last line without a newline is not yielded,
 * because the stream was cut inside it.
 *
 * @param maxBytes the longest line, in bytes; a longer one throws a ClusterError with reason TooLarge.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void> {
  let parts: Buffer[] = [];
  let buffered = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const tail = chunk.subarray(start, end);
      refuseLonger(buffered + tail.length, maxBytes);
      yield parts.length === 0 ? tail.toString('utf8') : Buffer.concat([...parts, tail]).toString('utf8');
      parts = [];
      buffered = 0;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    buffered += chunk.length - start;
    refuseLonger(buffered, maxBytes);
  }
}

function refuseLonger(length: number, maxBytes: number): void {
  if (length > maxBytes)
    throw new ClusterError('TooLarge', `the API server sent more than ${maxBytes} bytes at once`);
}

/** The whole text of a stream. More than `maxBytes` bytes throw a ClusterError with reason TooLarge. */
export async function readText(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let buffered = 0;
  for await (const chunk of chunks) {
    buffered += chunk.length;
    refuseLonger(buffered, maxBytes);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
