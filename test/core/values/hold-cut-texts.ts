import { clip, truncateLines, truncateToBytes } from '../../../src/core/values/truncate.ts';

// Cuts three short texts out of each of 300 texts of a megabyte, and holds them: `node hold-cut-texts.ts`.
const held: string[] = [];
for (let i = 0; i < 300; i++) {
  const text = Buffer.alloc(1_000_000, `text ${i}\n`).toString('latin1');
  held.push(clip(text, 100), truncateToBytes(text, 100), truncateLines(text, 100));
}
process.stdout.write(String(held.length));
