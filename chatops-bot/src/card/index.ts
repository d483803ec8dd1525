export { isWebUrl } from './actions.ts';
export { durationText, valueText } from './format.ts';
export { groupCard, toneOf } from './group-card.ts';
export { labelsText } from './labels.ts';
export { digestCard, pageCard, repeatOf, storyCard } from './story.ts';
export { type CardOptions, type Details, defaultCardOptions, noDetails } from './types.ts';
