import { expect, test } from '@jest/globals';
import { decodeText } from '../../../src/core/yaml/decode-text.ts';
import { type Place, describePlace } from '../../../src/core/yaml/line-table.ts';
import { readBytes } from '../../../src/core/yaml/read-blueprints.ts';

const utf8 = new TextEncoder();

/** A text in UTF-16 or UTF-32, with the low byte first or last. */
function encode(text: string, width: 2 | 4, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    if (width === 2) view.setUint16(i * width, text.charCodeAt(i), isLittle);
    else view.setUint32(i * width, text.charCodeAt(i), isLittle);
  }
  return bytes;
}

test.each([
  ['UTF-16', 2, true],
  ['UTF-16', 2, false],
  ['UTF-32', 4, true],
  ['UTF-32', 4, false],
] as const)(
  'a text in %s is refused with what to do, with a byte order mark and without',
  (name, width, isLittle) => {
    for (const text of ['\ufeffkind: FluxBlueprint\n', 'kind: FluxBlueprint\n'])
      expect(decodeText(encode(text, width, isLittle))).toEqual({
        ok: false,
        message: `is ${name}; save it as UTF-8`,
        place: undefined,
      });
  },
);

test.each<[string, number[], string, Place]>([
  ['Latin 1', [0xe4, 0x0a], 'E4', { line: 2, column: 4 }],
  ['a character that is cut short', [0xe2, 0x82], 'E2', { line: 2, column: 4 }],
  ['more bytes than a character needs', [0xc0, 0x80], 'C0', { line: 2, column: 4 }],
  ['half a surrogate pair', [0xed, 0xa0, 0x80], 'ED', { line: 2, column: 4 }],
  [
    'a wrong byte behind some characters',
    [0xc3, 0xa4, 0xf0, 0x9f, 0xa6, 0x8a, 0x61, 0xff],
    'FF',
    { line: 2, column: 8 },
  ],
])('%s is refused where it stands', (_, wrong, byte, place) => {
  const bytes = Uint8Array.from([...utf8.encode('a: b\nc: '), ...wrong]);
  expect(decodeText(bytes)).toEqual({
    ok: false,
    message: `the byte 0x${byte} is no UTF-8; save the file as UTF-8`,
    place,
  });
  expect(readBytes(bytes)).toMatchObject({
    ok: false,
    blueprints: [],
    problems: [{ rule: 'encoding', path: describePlace(place), place }],
  });
});

test.each(['', 'a: ä', '\ufeffa: 日🦊\n', 'a'])('the text %j in UTF-8 is read as it is', (text) => {
  expect(decodeText(utf8.encode(text))).toEqual({ ok: true, text });
});

test('a file with a byte order mark, and with breaks as on Windows, is read', () => {
  const read = readBytes(utf8.encode('\ufeffkind: FluxBlueprint\r\na: |\r\n  x\r\n  y\r\n'));
  expect(read).toMatchObject({ ok: true, blueprints: [{ kind: 'FluxBlueprint', a: 'x\ny\n' }] });
});
