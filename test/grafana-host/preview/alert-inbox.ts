import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AlertInbox {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands for a team's own program that is told of alerts: it takes what comes. On loopback only. */
export async function startAlertInbox(): Promise<AlertInbox> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().once('end', () => outgoing.writeHead(204).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/alerts`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
