import { parentPort } from 'node:worker_threads';
import type { PaintAnswer, PaintJob } from './painter.ts';
import { svgPng } from './png.ts';

/** The painter's thread: one picture after the other. */
let last = Promise.resolve();

parentPort?.on('message', (job: PaintJob) => {
  last = last.then(() => draw(job));
});

async function draw({ id, svg }: PaintJob): Promise<void> {
  try {
    // A copy of its own, which can be given away.
    const png = new Uint8Array(await svgPng(svg));
    parentPort?.postMessage({ id, png } satisfies PaintAnswer, [png.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, problem: String(error) } satisfies PaintAnswer);
  }
}
