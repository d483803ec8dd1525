/** Work that may be interrupted after each step. */
export type Steps = Generator<undefined, void>;

/** Texts and the like in one step: well below a millisecond. */
export const STEP_SIZE = 1024;
