/**
 * Autocorrelations at lags 0 to `lagMax` of equally spaced values, mean removed, by the fast Fourier transform
 * (Wiener and Khinchin): `n log n` instead of `n lagMax`. All 0 of a constant.
 */
export function autocorrelation(values: Float64Array, lagMax: number): Float64Array {
  const count = values.length;
  const result = new Float64Array(lagMax + 1);
  if (count === 0) return result;
  let size = 1;
  // Padding keeps the end from being compared with the beginning.
  while (size < count + lagMax + 1) size *= 2;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let i = 0; i < count; i++) real[i] = values[i] - mean;
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    real[i] = real[i] * real[i] + imaginary[i] * imaginary[i];
    imaginary[i] = 0;
  }
  transform(real, imaginary);
  const variance = real[0];
  if (!(variance > 0)) return result;
  for (let lag = 0; lag <= lagMax; lag++) result[lag] = lag < count ? real[lag] / variance : 0;
  return result;
}

/** Fast Fourier transform in place, radix 2 (Cooley and Tukey 1965); the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const swapped = real[i];
      real[i] = real[j];
      real[j] = swapped;
      const swappedImaginary = imaginary[i];
      imaginary[i] = imaginary[j];
      imaginary[j] = swappedImaginary;
    }
  }
  for (let width = 2; width <= size; width *= 2) butterflies(real, imaginary, width);
}

function butterflies(real: Float64Array, imaginary: Float64Array, width: number): void {
  const half = width >> 1;
  const angle = (-2 * Math.PI) / width;
  for (let k = 0; k < half; k++) {
    const cosine = Math.cos(angle * k);
    const sine = Math.sin(angle * k);
    for (let start = k; start < real.length; start += width) {
      const other = start + half;
      const turnedReal = real[other] * cosine - imaginary[other] * sine;
      const turnedImaginary = real[other] * sine + imaginary[other] * cosine;
      real[other] = real[start] - turnedReal;
      imaginary[other] = imaginary[start] - turnedImaginary;
      real[start] += turnedReal;
      imaginary[start] += turnedImaginary;
    }
  }
}
