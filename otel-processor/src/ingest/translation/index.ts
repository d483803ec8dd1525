export { type Attribute, LabelNamer } from './label-name.ts';
export {
  metricName,
  type NamedType,
  type NameStrategy,
  type NameTranslation,
  nameStrategy,
  unitName,
} from './metric-name.ts';
export { decimalText } from './number-text.ts';
