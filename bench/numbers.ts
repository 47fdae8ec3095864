/** The number in the middle; the upper one of two. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The ratio of each pair of one round. */
export function ratiosOf(above: readonly number[], below: readonly number[]): number[] {
  return above.map((number, index) => number / (below[index] ?? Number.NaN));
}

/** The median of some numbers with the least and the most of them: `1.24 (1.17 … 1.88)`. */
export function spread(numbers: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return `${median(numbers).toFixed(digits)} (${least.toFixed(digits)} … ${most.toFixed(digits)})`;
}
