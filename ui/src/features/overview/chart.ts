/** The size that a chart of sizes goes up to: a round number, so that it can be labelled. */
export function top(sizes: number[]): number {
  const most = Math.max(1, ...sizes);
  const unit = 10 ** Math.floor(Math.log10(most));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * unit >= most) ?? 10) * unit;
}

/** Where its lines are: always from zero, so that a small change looks like one. */
export function lines(sizes: number[]): number[] {
  const most = top(sizes);
  return [0, most / 2, most];
}
