/** Which rows of a long list are on screen. */
export type Slice = { first: number; end: number };

/** Rows drawn beyond either edge, so that a quick scroll shows no gap. */
const spare = 8;

/** The rows to draw of `count` equally high ones, seen through a window of `height`. */
export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): Slice {
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { first, end };
}

/** Where to scroll so that a row is in view; where it is already, when it is. */
export function scrollTo(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height;
  return scrollTop;
}
