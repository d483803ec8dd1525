import type { AddressInfo, Socket } from 'node:net';
import { createConnection, createServer } from 'node:net';

export interface Door {
  readonly url: string;
  /** Streams that are open now get nothing any more, and are not closed either. */
  freezeStreams(): void;
  close(): Promise<void>;
}

/** A port that stays while the service behind it restarts on another, and that can fall silent as a dead network does. */
export async function openDoor(target: () => string): Promise<Door> {
  const streams = new Set<Socket>();
  const server = createServer((incoming) => {
    const { hostname, port } = new URL(target());
    const outgoing = createConnection({ host: hostname, port: Number(port) });
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('data', (bytes) => {
      if (bytes.includes('GET /statbar/v1/stream')) streams.add(outgoing);
    });
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => {
      streams.delete(outgoing);
      incoming.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    freezeStreams() {
      for (const outgoing of streams) {
        outgoing.unpipe();
        outgoing.pause();
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const outgoing of streams) outgoing.destroy();
        server.close(() => resolve());
      }),
  };
}
