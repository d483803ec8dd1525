import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Connection, drive, toLanes } from './load.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(
  answer: (body: string) => { status: number; body: string; chunked: boolean },
): Promise<number> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { status, body: text, chunked } = answer(body);
      response.statusCode = status;
      if (!chunked) response.setHeader('content-length', Buffer.byteLength(text));
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server!.address() as AddressInfo).port;
}

const post = { method: 'POST', path: '/x', headers: { 'content-type': 'text/plain' } };

describe('load generator', () => {
  test('answers come back whole, with a length or in chunks, many over one connection', async () => {
    const port = await serve((body) => ({
      status: 200,
      body: body.repeat(2),
      chunked: body.startsWith('c'),
    }));
    const connection = await Connection.open('127.0.0.1', port);
    for (const body of ['c1', 'plain', 'c'.repeat(300_000), 'x'.repeat(300_000), 'c2']) {
      const answer = await connection.send(post, Buffer.from(body));
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).toBe(body.repeat(2));
    }
    connection.close();
  });

  test('a refused request stops the drive with the answer in the message', async () => {
    const port = await serve(() => ({ status: 503, body: 'disk full', chunked: false }));
    await expect(drive({ host: '127.0.0.1', port }, post, [[Buffer.from('a')]])).rejects.toThrow(
      '503: disk full',
    );
  });

  test('a lane keeps the order of its jobs', async () => {
    const seen: string[] = [];
    const port = await serve((body) => {
      seen.push(body);
      return { status: 200, body: '', chunked: false };
    });
    const jobs = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'].map((text) => Buffer.from(text));
    const result = await drive(
      { host: '127.0.0.1', port },
      post,
      toLanes(jobs, 2, (index) => index),
    );
    expect(result.requests).toBe(6);
    expect(seen.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(seen.filter((text) => text.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
  });
});
