/** Most decimal places of a mantissa that is kept as an integer. */
export const EXPONENT_MAX = 15;

/** 10^0 to 10^15; all exact. */
export const powersOfTen = Float64Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent);
