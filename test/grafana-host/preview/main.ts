import { help, parsePreviewOptions } from './options.ts';
import { startPreview } from './stack.ts';

// npm run preview: see options.ts.
const options = parsePreviewOptions(process.argv.slice(2));
const say = (text: string): void => console.log(text);

async function main(): Promise<number> {
  if (options === 'help') {
    say(help);
    return 0;
  }
  if ('problem' in options) {
    console.error(`${options.problem}\nSee npm run preview -- --help`);
    return 2;
  }
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const starting = startPreview(options, say);
  const stack = await Promise.race([starting, interrupted]);
  if (stack === undefined) {
    await starting.then((late) => late.stop());
    return 0;
  }
  try {
    say(`\nLook at ${stack.host.url}\n\nThe incident begins in ${options.incidentAfter}. Ctrl-C ends it.`);
    tellStory(stack.demo);
    const ended = await Promise.race([
      interrupted,
      stack.service.child.ended().then(() => stack.service.child),
      stack.demo.ended().then(() => stack.demo),
    ]);
    if (ended === undefined) return 0;
    console.error(`A part of the preview has ended:\n${ended.stderr().slice(-2000)}`);
    return 1;
  } finally {
    say('Stopping ...');
    await stack.stop();
  }
}

/** What happens in the demo, as it says it. */
function tellStory(demo: {
  line(wanted: (line: string) => boolean, timeoutMs: number): Promise<string>;
}): void {
  const dayMs = 86_400_000;
  for (const start of ['Incident:', 'Rolled back:'])
    demo.line((line) => line.startsWith(start), dayMs).then(say, () => {});
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
