import { simulateChatStorm } from './chat-storm.ts';

/** 1,000 alerts at once on 20 channels, one of which answers 429 for a minute; 20 answers are lost. */
const report = await simulateChatStorm({ alerts: 1000, channels: 20, lostAnswers: 20 });
const { cards, missing, doubled, delayMsP99, delayMsMax, limitedThere, limitedElsewhere } = report;
console.log(
  `${cards} cards, ${missing} missing, ${doubled} doubled; other channels: ${delayMsP99} ms later than Slack would have ` +
    `taken them at p99, ${delayMsMax} at most, the last after ${report.lastElsewhereMs / 1000} s; ` +
    `answered 429: ${limitedThere} calls there, ${limitedElsewhere} elsewhere`,
);
process.exitCode = missing + doubled > 0 || delayMsP99 > 3000 ? 1 : 0;
