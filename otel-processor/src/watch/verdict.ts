import type { ByteReader, ByteWriter } from '../base/index.ts';

/** What a detector said last. */
export interface Verdict {
  score: number;
  expected: number;
  lower: number;
  upper: number;
  warm: boolean;
  inEpisode: boolean;
}

export function noVerdict(): Verdict {
  const none = Number.NaN;
  return { score: 0, expected: none, lower: none, upper: none, warm: false, inEpisode: false };
}

export function copyVerdict(from: Verdict, to: Verdict): void {
  to.score = from.score;
  to.expected = from.expected;
  to.lower = from.lower;
  to.upper = from.upper;
  to.warm = from.warm;
  to.inEpisode = from.inEpisode;
}

export function encodeVerdict(verdict: Verdict, writer: ByteWriter): void {
  writer.float64(verdict.score);
  writer.float64(verdict.expected);
  writer.float64(verdict.lower);
  writer.float64(verdict.upper);
  writer.uint8((verdict.warm ? 1 : 0) | (verdict.inEpisode ? 2 : 0));
}

export function decodeVerdict(verdict: Verdict, reader: ByteReader): void {
  verdict.score = reader.float64();
  verdict.expected = reader.float64();
  verdict.lower = reader.float64();
  verdict.upper = reader.float64();
  const flags = reader.uint8();
  verdict.warm = (flags & 1) !== 0;
  verdict.inEpisode = (flags & 2) !== 0;
}
