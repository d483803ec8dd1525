/**
 * Ridge regression from running sums: rows are added one by one, solved at any time by Cholesky factorisation
 * (Hoerl and Kennard 1970). The last column is the intercept by convention, and is not shrunk.
 */
export class LeastSquares {
  readonly columns: number;
  rows = 0;
  readonly #products: Float64Array;
  readonly #responses: Float64Array;
  #responseSquares = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.#products = new Float64Array((columns * (columns + 1)) / 2);
    this.#responses = new Float64Array(columns);
  }

  add(row: Float64Array, response: number): void {
    const { columns } = this;
    const products = this.#products;
    const responses = this.#responses;
    let position = 0;
    for (let i = 0; i < columns; i++) {
      const value = row[i];
      // The lower triangle, packed row by row.
      for (let j = 0; j <= i; j++) products[position++] += value * row[j];
      responses[i] += value * response;
    }
    this.#responseSquares += response * response;
    this.rows += 1;
  }

  /** Coefficients; `ridge` is in units of the response's mean square. All 0 before there are rows. */
  solve(ridge: number): Float64Array {
    const { columns } = this;
    const factor = new Float64Array(columns * columns);
    for (let i = 0, position = 0; i < columns; i++) {
      for (let j = 0; j <= i; j++) factor[i * columns + j] = this.#products[position++];
    }
    const mean = this.rows > 0 ? this.#responseSquares / this.rows : 0;
    for (let i = 0; i < columns; i++) {
      factor[i * columns + i] += i === columns - 1 ? 1e-9 : ridge * mean + 1e-12;
    }
    return solveCholesky(factor, this.#responses, columns);
  }
}

/** Solves `matrix x = right` for a symmetric positive matrix, lower triangle given, which is overwritten. */
function solveCholesky(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      // A column that others explain wholly leaves rounding errors: its coefficient becomes nothing.
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * size + j];
    }
  }
  const solution = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = right[i];
    for (let k = 0; k < i; k++) sum -= matrix[i * size + k] * solution[k];
    solution[i] = sum / matrix[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = solution[i];
    for (let k = i + 1; k < size; k++) sum -= matrix[k * size + i] * solution[k];
    solution[i] = sum / matrix[i * size + i];
  }
  return solution;
}
