import type { FunctionEntry } from './function-entry.ts';

function simple(name: string, doc: string, float: (value: number) => number): FunctionEntry {
  const map = { float };
  return {
    name,
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    doc,
    implementation: { kind: 'map', create: () => map },
  };
}

function clamped(
  name: string,
  scalarCount: 1 | 2,
  doc: string,
  bounds: (scalars: ReadonlyArray<Float64Array | undefined>, step: number) => readonly [number, number],
): FunctionEntry {
  return {
    name,
    args: scalarCount === 1 ? ['vector', 'scalar'] : ['vector', 'scalar', 'scalar'],
    variadic: 0,
    returns: 'vector',
    doc,
    implementation: {
      kind: 'map',
      create: (_context, scalars) => ({
        float(value, step) {
          const [low, high] = bounds(scalars, step);
          return high < low ? undefined : Math.max(low, Math.min(high, value));
        },
      }),
    },
  };
}

/** Functions of a sample's value alone; histograms are left out. */
export const mathFunctions: readonly FunctionEntry[] = [
  simple('abs', 'Absolute value.', Math.abs),
  simple('ceil', 'Rounded up to an integer.', Math.ceil),
  simple('floor', 'Rounded down to an integer.', Math.floor),
  simple('exp', 'Exponential.', Math.exp),
  simple('sqrt', 'Square root.', Math.sqrt),
  simple('ln', 'Natural logarithm.', Math.log),
  simple('log2', 'Binary logarithm.', Math.log2),
  simple('log10', 'Decimal logarithm.', Math.log10),
  simple('sgn', 'Sign: -1, 0 or 1.', (value) => (value < 0 ? -1 : value > 0 ? 1 : value)),
  simple('sin', 'Sine of radians.', Math.sin),
  simple('cos', 'Cosine of radians.', Math.cos),
  simple('tan', 'Tangent of radians.', Math.tan),
  simple('asin', 'Arcsine.', Math.asin),
  simple('acos', 'Arccosine.', Math.acos),
  simple('atan', 'Arctangent.', Math.atan),
  simple('sinh', 'Hyperbolic sine.', Math.sinh),
  simple('cosh', 'Hyperbolic cosine.', Math.cosh),
  simple('tanh', 'Hyperbolic tangent.', Math.tanh),
  simple('asinh', 'Inverse hyperbolic sine.', Math.asinh),
  simple('acosh', 'Inverse hyperbolic cosine.', Math.acosh),
  simple('atanh', 'Inverse hyperbolic tangent.', Math.atanh),
  simple('rad', 'Degrees to radians.', (value) => (value * Math.PI) / 180),
  simple('deg', 'Radians to degrees.', (value) => (value * 180) / Math.PI),
  clamped('clamp', 2, 'Limited to [min, max]; nothing when min > max.', (scalars, step) => [
    scalars[1]![step],
    scalars[2]![step],
  ]),
  clamped('clamp_max', 1, 'Limited to at most max.', (scalars, step) => [
    Number.NEGATIVE_INFINITY,
    scalars[1]![step],
  ]),
  clamped('clamp_min', 1, 'Limited to at least min.', (scalars, step) => [
    scalars[1]![step],
    Number.POSITIVE_INFINITY,
  ]),
  {
    name: 'round',
    args: ['vector', 'scalar'],
    variadic: 1,
    returns: 'vector',
    doc: 'Rounded to the nearest multiple of the second argument (1); ties upwards.',
    implementation: {
      kind: 'map',
      create: (_context, scalars) => ({
        float(value, step) {
          // Multiplying by the inverse loses less for multiples such as 0.1.
          const inverse = 1 / (scalars[1]?.[step] ?? 1);
          return Math.floor(value * inverse + 0.5) / inverse;
        },
      }),
    },
  },
];
