import { Readable } from 'node:stream';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { yieldToEventLoop } from '../../base/index.ts';

/** Answers shorter than this are sent in one piece and not compressed. */
const SMALL_LENGTH = 8 * 1024;
const JSON_TYPE = 'application/json';

/** A success envelope around `data`. */
export function answerData(data: unknown, warnings: readonly string[] = []): Response {
  const body = warnings.length > 0 ? { status: 'success', data, warnings } : { status: 'success', data };
  return new Response(JSON.stringify(body), { headers: { 'Content-Type': JSON_TYPE } });
}

/**
 * Sends JSON text piece by piece as the client takes it: at most one piece is in memory beside the result, and
 * other work gets its turn between pieces. Compressed when the client asks for gzip and it is worth it.
 */
export function answerPieces(pieces: Iterator<string>, requestHeaders: Headers): Response {
  let head = '';
  let ended = false;
  while (head.length < SMALL_LENGTH && !ended) {
    const next = pieces.next();
    if (next.done === true) ended = true;
    else head += next.value;
  }
  const headers: Record<string, string> = { 'Content-Type': JSON_TYPE };
  const compress = head.length >= SMALL_LENGTH && acceptsGzip(requestHeaders);
  if (head.length >= SMALL_LENGTH) headers['Vary'] = 'Accept-Encoding';
  if (compress) headers['Content-Encoding'] = 'gzip';
  if (ended)
    return new Response(compress ? gzipSync(head, { level: constants.Z_BEST_SPEED }) : head, { headers });
  const rest = chained(head, pieces);
  if (!compress) return new Response(byteStream(rest), { headers });
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const source = Readable.from(rest, { objectMode: false, highWaterMark: 256 * 1024 });
  source.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => source.destroy());
  source.pipe(gzip);
  return new Response(Readable.toWeb(gzip) as ReadableStream<Uint8Array>, { headers });
}

/** A client that takes everything at once would otherwise have the event loop to itself until the end. */
async function* chained(head: string, pieces: Iterator<string>): AsyncGenerator<string> {
  yield head;
  for (;;) {
    await yieldToEventLoop();
    const next = pieces.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function byteStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

function acceptsGzip(headers: Headers): boolean {
  const accepted = headers.get('accept-encoding') ?? '';
  return accepted
    .split(',')
    .some((part) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+)?\s*$/i.test(part));
}
