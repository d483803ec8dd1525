/**
 * Summation with Neumaier's compensation ("Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen", ZAMM 54, 1974): the rounding error of every addition is kept beside the sum.
 */
export class KahanSum {
  sum = 0;
  compensation = 0;

  reset(): void {
    this.sum = 0;
    this.compensation = 0;
  }

  add(value: number): void {
    const { sum } = this;
    const total = sum + value;
    if (Math.abs(total) === Number.POSITIVE_INFINITY) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }

  get total(): number {
    return Math.abs(this.sum) === Number.POSITIVE_INFINITY ? this.sum : this.sum + this.compensation;
  }
}

/** What Neumaier's compensation grows by when `value` is added to `sum`, giving `total`. */
export function compensationOf(sum: number, value: number, total: number): number {
  return Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
}
