// npm start [-- ARGUMENTS OF statbar serve] [--chat] [--chat-config FILE]: installs what the service needs if it is
// missing, then runs it. With --chat the bot for Slack and Teams runs beside it; when one of them ends, both do.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `StatBar needs Node 20 or newer to start; this is ${process.versions.node}. See https://nodejs.org`,
  );
  process.exit(1);
}
const { withoutChatArguments } = await import('./lib/chat-arguments.mjs');
const { ensureWorkspaces } = await import('./lib/install.mjs');
const { root, serviceNode } = await import('./lib/runtime.mjs');
const { run, runTogether } = await import('./lib/run.mjs');
const { join } = await import('node:path');

const { chat, bot, service, serviceUrl, stateFolder } = withoutChatArguments(process.argv.slice(2));
ensureWorkspaces(chat ? ['otel-processor', 'chatops-bot'] : ['otel-processor']);
const serve = [join(root, 'otel-processor', 'bin', 'statbar.mjs'), 'serve', ...service];
const options = { cwd: process.env.INIT_CWD ?? process.cwd(), ownGroup: true };
if (chat) {
  const env = {
    ...(serviceUrl === undefined ? {} : { STATBAR_URL: serviceUrl }),
    ...(stateFolder === undefined ? {} : { STATBAR_CHAT_STATE: stateFolder }),
    ...process.env,
  };
  const talk = [join(root, 'chatops-bot', 'src', 'main.ts'), ...bot];
  process.exitCode = await runTogether(serviceNode(), [serve, talk], { ...options, env });
} else {
  process.exitCode = await run(serviceNode(), serve, options);
}
