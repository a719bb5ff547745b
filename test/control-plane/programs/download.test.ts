import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { downloadText } from './download.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (write: (text: string) => void, end: () => void) => void): Promise<string> {
  server = createServer((_request, response) => {
    answer(
      (text) => response.write(text),
      () => response.end(),
    );
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('a server that does not answer is given up', async () => {
  const url = await serve(() => undefined);
  await expect(downloadText(url, { answerMs: 100, stallMs: 60_000 })).rejects.toThrow('within 0.1 s');
});

test('a server that stops in the middle is given up', async () => {
  const url = await serve((write) => {
    write('half of ');
  });
  await expect(downloadText(url, { answerMs: 60_000, stallMs: 100 })).rejects.toThrow('within 0.1 s');
});

test('a slow server that goes on is waited for', async () => {
  const url = await serve((write, end) => {
    const pieces = ['ä', 'b', 'c', 'd'];
    const timer = setInterval(() => {
      const piece = pieces.shift();
      if (piece !== undefined) {
        write(piece);
        return;
      }
      clearInterval(timer);
      end();
    }, 60);
  });
  expect(await downloadText(url, { answerMs: 5000, stallMs: 200 })).toBe('äbcd');
});
