import { areBlocksTooLong, blockProblems } from './check-blocks.ts';
import {
  type Args,
  fail,
  failWith,
  flag,
  isResult,
  json,
  type Method,
  type MethodContext,
  openChannel,
  type Result,
  text,
} from './method.ts';
import { isFields, lengthOf } from './shapes.ts';
import { BOT_USER_ID, messageJson } from './workspace.ts';

const TEXT_LENGTH_MAX = 40_000;
const METADATA_BYTES_MAX = 8000;

interface Content {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata: unknown;
}

/** What is to be said, checked as Slack checks it. */
export function readContent(args: Args, { rules, workspace }: MethodContext): Content | Result {
  const blocksRead = json(args, 'blocks');
  if (blocksRead === undefined) return fail('invalid_blocks_format');
  const blocks = blocksRead.value ?? [];
  if (!Array.isArray(blocks)) return fail('invalid_blocks_format');
  const problems = blockProblems(blocks, 'message', rules);
  for (const [i, block] of blocks.entries()) {
    const file = isFields(block) && isFields(block['slack_file']) ? block['slack_file']['id'] : undefined;
    if (file !== undefined && workspace.files.get(String(file))?.completedAtMs === undefined) {
      problems.push(`invalid slack file [json-pointer:/blocks/${i}/slack_file]`);
    }
  }
  if (problems.length > 0) return failWith('invalid_blocks', problems);
  if (areBlocksTooLong(blocks)) return fail('msg_blocks_too_long');
  const said = text(args, 'text') ?? '';
  if (said === '' && blocks.length === 0 && args['attachments'] === undefined) return fail('no_text');
  if (lengthOf(said) > TEXT_LENGTH_MAX) return fail('msg_too_long');
  const metadata = readMetadata(args);
  return 'problem' in metadata ? fail(metadata.problem) : { text: said, blocks, metadata: metadata.value };
}

function readMetadata(args: Args): { readonly value: unknown } | { readonly problem: string } {
  const read = json(args, 'metadata');
  if (read === undefined) return { problem: 'invalid_metadata_format' };
  const { value } = read;
  if (value === undefined || value === null) return { value: undefined };
  if (!isFields(value) || typeof value['event_type'] !== 'string' || !isFields(value['event_payload'])) {
    return { problem: 'invalid_metadata_schema' };
  }
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES_MAX) return { problem: 'metadata_too_large' };
  return { value };
}

const postMessage: Method = {
  scopes: ['chat:write'],
  rate: 'post',
  run(args, context) {
    const channel = openChannel(args, context.workspace);
    if (isResult(channel)) return channel;
    const content = readContent(args, context);
    if (isResult(content)) return content;
    const message = context.workspace.add(channel.id, { ...content, threadTs: text(args, 'thread_ts') });
    return { ok: true, channel: channel.id, ts: message.ts, message: messageJson(message, true) };
  },
};

const update: Method = {
  scopes: ['chat:write'],
  rate: 50,
  run(args, context) {
    // Unlike posting, it takes ids only.
    const channel = context.workspace.channels.get(text(args, 'channel') ?? '');
    if (channel === undefined) return fail('channel_not_found');
    const message = context.workspace.find(channel.id, text(args, 'ts') ?? '');
    if (message === undefined) return fail('message_not_found');
    if (message.user !== BOT_USER_ID) return fail('cant_update_message');
    const content = readContent(args, context);
    if (isResult(content)) return content;
    message.text = content.text;
    message.blocks = content.blocks;
    // Metadata that is not given stays.
    if (content.metadata !== undefined) message.metadata = content.metadata;
    message.edits += 1;
    return {
      ok: true,
      channel: channel.id,
      ts: message.ts,
      text: message.text,
      message: messageJson(message, true),
    };
  },
};

const remove: Method = {
  scopes: ['chat:write'],
  rate: 50,
  run(args, { workspace }) {
    const message = workspace.find(text(args, 'channel') ?? '', text(args, 'ts') ?? '');
    if (message === undefined) return fail('message_not_found');
    if (message.user !== BOT_USER_ID) return fail('cant_delete_message');
    message.deleted = true;
    return { ok: true, channel: message.channel, ts: message.ts };
  },
};

const postEphemeral: Method = {
  scopes: ['chat:write'],
  rate: 100,
  run(args, context) {
    const { workspace } = context;
    const channel = openChannel(args, workspace);
    if (isResult(channel)) return channel;
    const user = text(args, 'user') ?? '';
    if (!workspace.users.has(user)) return fail('user_not_in_channel');
    const content = readContent(args, context);
    if (isResult(content)) return content;
    workspace.ephemerals.push({
      channel: channel.id,
      user,
      text: content.text,
      blocks: content.blocks,
      threadTs: text(args, 'thread_ts'),
    });
    return { ok: true, message_ts: workspace.nextTs() };
  },
};

const unfurl: Method = {
  scopes: ['links:write'],
  rate: 50,
  run(args, context) {
    const { workspace } = context;
    const unfurls = json(args, 'unfurls')?.value;
    if (!isFields(unfurls)) return fail('cannot_parse_attachment');
    const preview = workspace.previews.get(text(args, 'unfurl_id') ?? '');
    const isPreview = text(args, 'unfurl_id') !== undefined && text(args, 'source') === 'composer';
    const message = isPreview
      ? undefined
      : workspace.find(text(args, 'channel') ?? '', text(args, 'ts') ?? '');
    const said = isPreview ? preview?.text : message?.text;
    if (said === undefined) return fail('cannot_find_message');
    // Slack escapes what is said, but not what it tells apps about it.
    const isSaid = (url: string): boolean => said.replaceAll('&amp;', '&').includes(url);
    if (!Object.keys(unfurls).every(isSaid)) return fail('cannot_unfurl_url');
    for (const each of Object.values(unfurls)) {
      const blocks = isFields(each) ? (each['blocks'] ?? []) : undefined;
      const problems = blockProblems(blocks, 'message', {
        dataVisualization: context.rules.dataVisualization && workspace.chartsInLinks,
      });
      if (problems.length > 0) return failWith('cannot_unfurl_url', problems);
    }
    if (message !== undefined) message.unfurls = unfurls;
    if (isPreview && preview !== undefined) preview.unfurls = unfurls;
    return { ok: true };
  },
};

const getPermalink: Method = {
  scopes: [],
  rate: 'special',
  run(args, { workspace, url }) {
    const message = workspace.find(text(args, 'channel') ?? '', text(args, 'message_ts') ?? '');
    if (message === undefined) return fail('message_not_found');
    const permalink = `${url}/archives/${message.channel}/p${message.ts.replace('.', '')}`;
    return { ok: true, channel: message.channel, permalink };
  },
};

function listed(threadOnly: boolean): Method['run'] {
  return (args, { workspace }) => {
    const channel = workspace.channels.get(text(args, 'channel') ?? '');
    if (channel === undefined) return fail('channel_not_found');
    if (!channel.isMember) return fail('not_in_channel');
    const thread = threadOnly ? (text(args, 'ts') ?? '') : undefined;
    if (thread !== undefined && workspace.find(channel.id, thread) === undefined) {
      return fail('thread_not_found');
    }
    const limit = Math.min(Number(text(args, 'limit') ?? 100), 999);
    const oldest = Number(text(args, 'oldest') ?? 0);
    const latest = Number(text(args, 'latest') ?? Number.POSITIVE_INFINITY);
    const inclusive = flag(args, 'inclusive');
    const within = workspace.list(channel.id, thread).filter(({ ts }) => {
      const at = Number(ts);
      return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
    });
    // A channel's latest first, a thread's earliest.
    if (thread === undefined) within.reverse();
    const from = Number(text(args, 'cursor') || 0);
    const page = within.slice(from, from + limit);
    const next = from + limit < within.length ? String(from + limit) : '';
    return {
      ok: true,
      messages: page.map((message) => messageJson(message, flag(args, 'include_all_metadata'))),
      has_more: next !== '',
      response_metadata: { next_cursor: next },
    };
  };
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.unfurl': unfurl,
  'chat.getPermalink': getPermalink,
  'conversations.history': {
    scopes: ['channels:history', 'groups:history', 'im:history'],
    rate: 50,
    run: listed(false),
  },
  'conversations.replies': {
    scopes: ['channels:history', 'groups:history', 'im:history'],
    rate: 50,
    run: listed(true),
  },
};
