import { type Part, parsePattern } from './pattern.ts';

/** A text that grows: what begins it, and what is repeated. */
export interface Pump {
  start: string;
  repeated: string;
  end: string;
}

/** Ends that keep what came before from matching as a whole. */
const ENDS = ['', '\u0001', '!\n'];

/** The most pumps for one expression. */
const MAX_PUMPS = 240;

/**
 * Texts on which a regular expression might take more than linear time: whatever one of its parts matches, repeated,
 * after what leads to that part, or together with that.
 */
export function pumpsOf(expression: RegExp): Pump[] {
  const found = new Map<string, Pump>();
  for (const { start, body } of bodiesOf(parsePattern(expression), '')) {
    for (const [before, repeated] of [
      [start, body],
      ['', start + body],
      ['', body],
    ] as const) {
      for (const end of repeated === '' ? [] : ENDS)
        found.set(JSON.stringify([before, repeated, end]), { start: before, repeated, end });
    }
  }
  return [...found.values()].slice(0, MAX_PUMPS);
}

/** A text of about so many characters. */
export function pump({ start, repeated, end }: Pump, length: number): string {
  return start + repeated.repeat(Math.ceil(length / repeated.length)) + end;
}

/** What the parts of a pattern match, each with what leads to it: first of all what is repeated. */
function bodiesOf(part: Part, start: string): { start: string; body: string }[] {
  const own = sample(part).map((body) => ({ start, body }));
  switch (part.type) {
    case 'character':
      return own;
    case 'repeat':
      return [
        ...sample(part.part).map((body) => ({ start, body })),
        ...bodiesOf(part.part, start),
        ...bodiesOf(part.part, start + (sample(part.part)[0] ?? '')),
      ];
    case 'choice':
      return [...part.of.flatMap((one) => bodiesOf(one, start)), ...own];
    case 'sequence': {
      let before = start;
      const inner = part.parts.flatMap((one) => {
        const bodies = bodiesOf(one, before);
        before += sample(one)[0] ?? '';
        return bodies;
      });
      const repeats = inner.filter(({ body }) => body !== '');
      return [...repeats, ...own];
    }
  }
}

/** Some texts that a part matches, at most three. */
function sample(part: Part): string[] {
  switch (part.type) {
    case 'character':
      return [...part.samples];
    case 'repeat': {
      const times = Math.max(1, part.least);
      return sample(part.part).map((text) => text.repeat(times));
    }
    case 'choice':
      return part.of.flatMap((one) => sample(one).slice(0, 1)).slice(0, 3);
    case 'sequence':
      return [0, 1].map((i) =>
        part.parts.map((one) => sample(one)).reduce((text, some) => text + (some[i] ?? some[0] ?? ''), ''),
      );
  }
}
