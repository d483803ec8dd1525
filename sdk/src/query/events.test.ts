import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from './events.ts';

function parse(pieces: readonly string[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

test('type, data over several lines, and an id that stays; comments and events without data are left out', () => {
  const text = ': hello\n\nevent: result\nid: 7\ndata: {"a":\ndata: 1}\n\nevent: none\n\ndata:x\n\n';
  expect(parse([text])).toEqual([
    { type: 'result', data: '{"a":\n1}', id: '7' },
    { type: 'message', data: 'x', id: '7' },
  ]);
});

test('how the text is cut into pieces, and which line ends it has, changes nothing', () => {
  const lines = fc.array(
    fc.constantFrom('data: x', 'data: {"a":1}', 'event: error', 'id: 3', ': c', 'data', '', 'retry: 5'),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.nat(9), { minLength: 1 }),
      (all, end, sizes) => {
        const text = all.map((line) => line + end).join('');
        const pieces: string[] = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = 1 + sizes[i % sizes.length];
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(parse(pieces)).toEqual(parse([all.map((line) => `${line}\n`).join('')]));
      },
    ),
  );
});
