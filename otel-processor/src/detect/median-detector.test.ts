import { detectorSuite } from './detector.suite.ts';
import { medianMethod } from './median-detector.ts';

detectorSuite(medianMethod);
