import { viewProblems } from './check-blocks.ts';
import { fileMethods } from './file-methods.ts';
import {
  type Args,
  fail,
  failWith,
  json,
  type Method,
  type MethodContext,
  type Result,
  text,
} from './method.ts';
import { isFields } from './shapes.ts';
import { APP_ID, BOT_USER_ID, type SlackChannel, type SlackUser, TEAM_ID } from './workspace.ts';

const reading = ['channels:read', 'groups:read', 'im:read'];

function channelJson({ id, name, isMember, isArchived, withUser }: SlackChannel): Record<string, unknown> {
  return withUser === undefined
    ? { id, name, is_channel: true, is_member: isMember, is_archived: isArchived }
    : { id, is_im: true, user: withUser };
}

function userJson({ id, name, realName, email, timeZone }: SlackUser): Record<string, unknown> {
  return {
    id,
    team_id: TEAM_ID,
    name,
    deleted: false,
    is_bot: false,
    real_name: realName,
    tz: timeZone,
    profile: { email, real_name: realName, display_name: name },
  };
}

function userMethod(
  scope: string,
  find: (args: Args, context: MethodContext) => SlackUser | undefined,
): Method {
  return {
    scopes: [scope],
    rate: 100,
    run(args, context) {
      const user = find(args, context);
      return user === undefined
        ? fail(scope === 'users:read.email' ? 'users_not_found' : 'user_not_found')
        : { ok: true, user: userJson(user) };
    },
  };
}

function pageOf<T>(items: readonly T[], args: Args): { readonly page: readonly T[]; readonly next: string } {
  const limit = Number(text(args, 'limit') ?? 100);
  const from = Number(text(args, 'cursor') || 0);
  return {
    page: items.slice(from, from + limit),
    next: from + limit < items.length ? String(from + limit) : '',
  };
}

/** Opens, pushes or changes a modal. */
function viewMethod(kind: 'open' | 'push' | 'update' | 'publish'): Method {
  return {
    scopes: [],
    rate: 100,
    run(args, context) {
      const view = json(args, 'view')?.value;
      if (!isFields(view)) return fail('invalid_arguments');
      const problems = viewProblems(view, context.rules);
      if (problems.length > 0) return failWith('invalid_arguments', problems);
      if (kind === 'publish') return publish(args, view, context);
      if (kind === 'update') return change(args, view, context);
      const trigger = context.useTrigger(text(args, 'trigger_id') ?? '');
      if (typeof trigger === 'string') return fail(trigger);
      const id = context.workspace.nextId('V');
      context.workspace.views.set(id, { id, userId: trigger.userId, hash: `${id}.1`, view });
      return { ok: true, view: { ...view, id, hash: `${id}.1`, app_id: APP_ID } };
    },
  };
}

function publish(args: Args, view: Readonly<Record<string, unknown>>, { workspace }: MethodContext): Result {
  const userId = text(args, 'user_id') ?? '';
  if (!workspace.users.has(userId)) return fail('user_not_found');
  if (view['type'] !== 'home') return fail('invalid_arguments');
  const known = workspace.homes.get(userId);
  const hash = text(args, 'hash');
  if (hash !== undefined && known !== undefined && hash !== known.hash) return fail('hash_conflict');
  const id = known?.id ?? workspace.nextId('V');
  const home = { id, userId, hash: workspace.nextId('H'), view };
  workspace.homes.set(userId, home);
  return { ok: true, view: { ...view, id, hash: home.hash } };
}

function change(args: Args, view: Readonly<Record<string, unknown>>, { workspace }: MethodContext): Result {
  const id = text(args, 'view_id') ?? '';
  const known = workspace.views.get(id);
  if (known === undefined) return fail('not_found');
  const hash = text(args, 'hash');
  if (hash !== undefined && hash !== known.hash) return fail('hash_conflict');
  known.view = view;
  known.hash = workspace.nextId('H');
  return { ok: true, view: { ...view, id, hash: known.hash } };
}

export const otherMethods: Readonly<Record<string, Method>> = {
  'api.test': { scopes: [], rate: 'special', run: (args) => ({ ok: true, args }) },
  'auth.test': {
    scopes: [],
    rate: 'special',
    run: (_, { url }) => ({
      ok: true,
      url: `${url}/`,
      team: 'Fake',
      team_id: TEAM_ID,
      user: 'statbar',
      user_id: BOT_USER_ID,
      bot_id: 'B0STATBAR',
      is_enterprise_install: false,
    }),
  },
  'bots.info': {
    scopes: ['users:read'],
    rate: 50,
    run: () => ({
      ok: true,
      bot: { id: 'B0STATBAR', app_id: APP_ID, name: 'statbar', user_id: BOT_USER_ID },
    }),
  },
  'conversations.info': {
    scopes: reading,
    rate: 50,
    run(args, { workspace }) {
      const channel = workspace.channels.get(text(args, 'channel') ?? '');
      return channel === undefined ? fail('channel_not_found') : { ok: true, channel: channelJson(channel) };
    },
  },
  'conversations.list': {
    scopes: reading,
    rate: 20,
    run(args, { workspace }) {
      const open = [...workspace.channels.values()].filter(({ withUser }) => withUser === undefined);
      const { page, next } = pageOf(open, args);
      return { ok: true, channels: page.map(channelJson), response_metadata: { next_cursor: next } };
    },
  },
  'conversations.open': {
    scopes: ['im:write'],
    rate: 50,
    run(args, { workspace }) {
      const user = (text(args, 'users') ?? '').split(',')[0];
      if (!workspace.users.has(user)) return fail('user_not_found');
      return { ok: true, channel: channelJson(workspace.directMessages(user)) };
    },
  },
  'conversations.join': {
    scopes: ['channels:join'],
    rate: 50,
    run(args, { workspace }) {
      const channel = workspace.channels.get(text(args, 'channel') ?? '');
      if (channel === undefined) return fail('channel_not_found');
      channel.isMember = true;
      return { ok: true, channel: channelJson(channel) };
    },
  },
  'users.info': userMethod('users:read', (args, { workspace }) =>
    workspace.users.get(text(args, 'user') ?? ''),
  ),
  'users.lookupByEmail': userMethod('users:read.email', (args, { workspace }) =>
    [...workspace.users.values()].find(({ email }) => email === text(args, 'email')),
  ),
  'users.list': {
    scopes: ['users:read'],
    rate: 20,
    run(args, { workspace }) {
      const { page, next } = pageOf([...workspace.users.values()], args);
      return { ok: true, members: page.map(userJson), response_metadata: { next_cursor: next } };
    },
  },
  'views.open': viewMethod('open'),
  'views.push': viewMethod('push'),
  'views.update': viewMethod('update'),
  'views.publish': viewMethod('publish'),
  ...fileMethods,
};
