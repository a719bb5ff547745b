import { createReadStream } from 'node:fs';

/**
 * Reads a file, or standard input if the name is `-`. Ends a little behind `most` bytes, so that neither a device nor a
 * pipe that never ends takes all memory. Rejects if it cannot be read.
 */
export async function readBounded(file: string, most: number): Promise<Uint8Array> {
  const stream: AsyncIterable<Buffer> = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > most) break;
  }
  return Buffer.concat(chunks);
}
