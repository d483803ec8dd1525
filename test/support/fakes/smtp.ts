import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as it was taken. */
export interface FakeMail {
  readonly atMs: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Whole, as it came. */
  readonly raw: string;
  /** Unfolded, by lower-case name; words that are encoded stay so. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface FakeSmtpOptions {
  readonly user?: { readonly name: string; readonly password: string };
  readonly tls?: boolean;
  readonly now?: () => number;
}

/** A mail server: takes mail, refuses it, or takes it and loses the answer. */
export class FakeSmtp {
  readonly mails: FakeMail[] = [];
  readonly #options: FakeSmtpOptions;
  #server: SMTPServer | undefined;
  readonly #now: () => number;
  #refusals: number[] = [];
  #losses = 0;
  port = 0;

  constructor(options: FakeSmtpOptions = {}) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** After a stop again at the same port. */
  start(): Promise<void> {
    const server = this.#create();
    this.#server = server;
    return new Promise((resolve) => {
      const listening = server.listen(this.port, '127.0.0.1', () => {
        this.port = (listening.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    const server = this.#server;
    this.#cut();
    this.#server = undefined;
    return new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  /** The next message is refused with this reply code: 4xx for now, 5xx for good. */
  refuseNext(code: number, times = 1): void {
    this.#refusals.push(...Array.from({ length: times }, () => code));
  }

  /** The next message is taken, and the connection is cut before the answer. */
  loseResponse(times = 1): void {
    this.#losses += times;
  }

  #cut(): void {
    for (const connection of this.#server?.connections ?? []) connection.close();
  }

  /** A server that was closed never opens again. */
  #create(): SMTPServer {
    const server = new SMTPServer({
      authOptional: this.#options.user === undefined,
      allowInsecureAuth: true,
      disabledCommands: this.#options.tls === true ? [] : ['STARTTLS'],
      logger: false,
      onAuth: (auth, _session, done) => {
        const { user } = this.#options;
        if (user !== undefined && auth.username === user.name && auth.password === user.password)
          done(null, { user: user.name });
        else done(Object.assign(new Error('authentication failed'), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, _session, done) => {
        if (address.startsWith('nobody@'))
          done(Object.assign(new Error('no such user'), { responseCode: 550 }));
        else done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refusal = this.#refusals.shift();
          if (refusal !== undefined) {
            done(Object.assign(new Error('planned by the test'), { responseCode: refusal }));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const raw = Buffer.concat(chunks).toString();
          const to = rcptTo.map(({ address }) => address);
          const from = mailFrom === false ? '' : mailFrom.address;
          this.mails.push({ atMs: this.#now(), from, to, raw, headers: headersOf(raw) });
          if (this.#losses > 0) {
            this.#losses -= 1;
            this.#cut();
          } else done();
        });
      },
    });
    // A connection that is cut is what a test asked for.
    server.on('error', () => {});
    return server;
  }
}

function headersOf(raw: string): Record<string, string> {
  const [head] = raw.split('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':');
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
  }
  return headers;
}
