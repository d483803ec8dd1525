// Runs a child in the foreground as if it were this process: same streams, signals passed on, same exit code.
import { spawn } from 'node:child_process';
import { root } from './runtime.mjs';

// Ctrl-C reaches this process from the terminal and again from npm; the child must take it for one, because
// a second signal means "do not drain, stop now".
const sameSignalWithinMs = 500;

/** Settles with the exit code; a child that died by a signal gives 128 + its number, as shells do. */
export function run(command, args, { env = process.env, cwd = root, ownGroup = false, stop } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: 'inherit',
      // In a group of its own the child gets no signal from the terminal, only the ones passed on here.
      detached: ownGroup && process.platform !== 'win32',
    });
    stop?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    const stopListening = ownGroup ? passSignalsTo(child) : holdSignals();
    child.once('error', (error) => {
      stopListening();
      console.error(`cannot run ${command}: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      stopListening();
      resolve(code ?? 128 + (signalNumbers[signal] ?? 0));
    });
  });
}

/** Several at once, on the same streams. When one ends the others are asked to; the result is the first one's code. */
export async function runTogether(command, argLists, options) {
  const stop = new AbortController();
  let first;
  await Promise.all(
    argLists.map(async (args) => {
      const code = await run(command, args, { ...options, stop: stop.signal });
      first ??= code;
      stop.abort();
    }),
  );
  return first;
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

function passSignalsTo(child) {
  const lastMs = new Map();
  return listen((signal) => {
    const nowMs = Date.now();
    if (nowMs - (lastMs.get(signal) ?? 0) < sameSignalWithinMs) return;
    lastMs.set(signal, nowMs);
    child.kill(signal);
  });
}

/** The child shares the terminal's group and has the signal already; this process only waits for its end. */
function holdSignals() {
  return listen(() => {});
}

function listen(handler) {
  const names = process.platform === 'win32' ? ['SIGINT'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, handler);
  return () => {
    for (const name of names) process.off(name, handler);
  };
}
