import { randomBytes } from 'node:crypto';
import type { Answer, Incoming } from '../fake-http.ts';
import { readContent } from './chat-methods.ts';
import { type Args, fail, isResult, type MethodContext, text } from './method.ts';
import type { SlackWorkspace } from './workspace.ts';

const TRIGGER_LIFE_MS = 3000;
const RESPONSE_USES_MAX = 5;

export type TriggerUse = { readonly userId: string } | 'expired_trigger_id' | 'exchanged_trigger_id';

/** Ids that come with a click: each opens one modal, within three seconds. */
export class Triggers {
  readonly #triggers = new Map<string, { readonly userId: string; readonly atMs: number; used: boolean }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  create(userId: string): string {
    const id = `${this.#triggers.size + 1}.${randomBytes(6).toString('hex')}`;
    this.#triggers.set(id, { userId, atMs: this.#now(), used: false });
    return id;
  }

  use(id: string): TriggerUse {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined || this.#now() - trigger.atMs > TRIGGER_LIFE_MS) return 'expired_trigger_id';
    if (trigger.used) return 'exchanged_trigger_id';
    trigger.used = true;
    return trigger;
  }
}

/** URLs for answers to a command or a click: five messages each. */
export class ResponseUrls {
  readonly #targets = new Map<string, { readonly channel: string; readonly user: string; uses: number }>();

  create(channel: string, user: string): string {
    const id = randomBytes(8).toString('hex');
    this.#targets.set(id, { channel, user, uses: 0 });
    return `/response/${id}`;
  }

  /** `told`: what was said, and the id of the message if everybody sees it. */
  take(
    { url, body }: Incoming,
    context: MethodContext,
    told: (channel: string, args: Args, ts: string | undefined) => void,
  ): Answer {
    const target = this.#targets.get(url.pathname.slice('/response/'.length));
    if (target === undefined) return { status: 404, body: fail('expired_url') };
    if (++target.uses > RESPONSE_USES_MAX) return { status: 404, body: fail('used_url') };
    const args = JSON.parse(body.toString()) as Args;
    const { channel, user } = target;
    if (args['delete_original'] === true) {
      told(channel, args, undefined);
      return { status: 200, body: 'ok' };
    }
    const content = readContent(args, context);
    if (isResult(content)) return { status: 400, body: content };
    const threadTs = text(args, 'thread_ts');
    if (args['response_type'] === 'in_channel') {
      told(channel, args, context.workspace.add(channel, { ...content, threadTs }).ts);
    } else {
      context.workspace.ephemerals.push({
        channel,
        user,
        text: content.text,
        blocks: content.blocks,
        threadTs,
      });
      told(channel, args, undefined);
    }
    return { status: 200, body: 'ok' };
  }
}

/** Takes the bytes of a file, as a form's only field or as they are. */
export async function takeUpload(
  { url, headers, body }: Incoming,
  workspace: SlackWorkspace,
): Promise<Answer> {
  const file = workspace.files.get(url.pathname.split('/').at(-1) ?? '');
  if (file === undefined) return { status: 404, body: 'no such upload' };
  const content = await fileContent(headers['content-type'] ?? '', body);
  if (content.length !== file.lengthBytes) {
    return { status: 400, body: `expected ${file.lengthBytes} bytes, got ${content.length}` };
  }
  file.content = content;
  return { status: 200, body: `OK - ${content.length}` };
}

async function fileContent(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const whole = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
  const [value] = [...(await whole.formData()).values()];
  if (value === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer()));
}
