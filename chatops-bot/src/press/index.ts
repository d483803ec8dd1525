export { Presser, type PressPorts } from './presser.ts';
