import { sigmoid } from '../core/calibrate.js';

/** One case: its features, what it was, and how much it counts. */
export type Case = { readonly features: readonly number[]; readonly carries: boolean; readonly weight: number };

/** Logistic regression by Newton's method, drawn slightly towards zero. */
export function fitLogistic(cases: readonly Case[]): { readonly coefficients: number[]; readonly intercept: number } {
  const size = (cases[0]?.features.length ?? 0) + 1;
  const rows = cases.map(({ features, carries, weight }) => ({ x: [...features, 1], y: carries ? 1 : 0, weight }));
  let w = new Array<number>(size).fill(0);
  for (let step = 0; step < 50; step++) {
    const gradient = w.map((value) => 0.5 * value);
    const hessian = Array.from({ length: size }, (_, i) => w.map((_, j) => (i === j ? 0.5 : 0)));
    for (const { x, y, weight } of rows) {
      const p = sigmoid(x.reduce((sum, value, i) => sum + value * (w[i] as number), 0));
      const spread = weight * Math.max(p * (1 - p), 1e-6);
      x.forEach((value, i) => {
        gradient[i] = (gradient[i] as number) + weight * (p - y) * value;
        const line = hessian[i] as number[];
        for (let j = 0; j < size; j++) line[j] = (line[j] as number) + spread * value * (x[j] as number);
      });
    }
    const change = solve(hessian, gradient);
    w = w.map((value, i) => value - (change[i] as number));
    if (Math.max(...change.map(Math.abs)) < 1e-8) break;
  }
  return { coefficients: w.slice(0, -1), intercept: w.at(-1) as number };
}

/** Gaussian elimination; the matrices here are symmetric, small and held away from singular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((line, i) => [...line, right[i] as number]);
  for (let column = 0; column < size; column++) {
    const pivot = rows.reduce(
      (best, line, i) =>
        i >= column && Math.abs(line[column] as number) > Math.abs(rows[best]?.[column] as number) ? i : best,
      column,
    );
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const line = rows[i] as number[];
      const factor = (line[column] as number) / (top[column] as number);
      for (let j = column; j <= size; j++) line[j] = (line[j] as number) - factor * (top[j] as number);
    }
  }
  return rows.map((line, i) => (line[size] as number) / (line[i] as number));
}
