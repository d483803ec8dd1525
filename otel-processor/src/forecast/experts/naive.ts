import { type Expert, withoutLearning } from './expert.ts';

/** The newest value stays. */
export const naive: Expert = {
  name: 'naive',
  begin: ({ values }) => withoutLearning((origin, into) => void into.fill(values[origin - 1])),
};
