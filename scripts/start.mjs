// npm start [-- ARGUMENTS OF statbar serve]: installs what the service needs if it is missing, then runs it.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `StatBar needs Node 20 or newer to start; this is ${process.versions.node}. See https://nodejs.org`,
  );
  process.exit(1);
}
const { ensureWorkspaces } = await import('./lib/install.mjs');
const { root, serviceNode } = await import('./lib/runtime.mjs');
const { run } = await import('./lib/run.mjs');
const { join } = await import('node:path');

ensureWorkspaces(['otel-processor']);
const statbar = join(root, 'otel-processor', 'bin', 'statbar.mjs');
process.exitCode = await run(serviceNode(), [statbar, 'serve', ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  ownGroup: true,
});
