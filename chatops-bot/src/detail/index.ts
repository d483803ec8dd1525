export { type DetailOptions, GroupDetails } from './details.ts';
